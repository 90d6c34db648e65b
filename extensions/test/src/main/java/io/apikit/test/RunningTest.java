package io.apikit.test;

import io.apikit.ApiApp;
import java.util.Objects;
import java.util.function.Function;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** An app and its backend, while a test runs. Used by one thread. */
final class RunningTest {
    private final ScriptedBackend backend;
    private final ApiApp service;
    private final TestApp app;
    private final boolean isUnscriptedAllowed;

    private RunningTest(ScriptedBackend backend, ApiApp service, boolean isUnscriptedAllowed) {
        this.backend = backend;
        this.service = service;
        this.app = TestApp.at("http://127.0.0.1:" + service.port());
        this.isUnscriptedAllowed = isUnscriptedAllowed;
    }

    static RunningTest start(ApiTest.Setup setup, Function<ScriptedBackend, ApiApp> service) {
        var backend = setup.start();
        try {
            var app = Objects.requireNonNull(service.apply(backend), "the service under test is null");
            app.start("127.0.0.1", 0);
            return new RunningTest(backend, app, setup.isUnscriptedAllowed());
        } catch (Throwable e) {
            backend.close();
            throw unchecked(e);
        }
    }

    TestApp app() {
        return app;
    }

    ScriptedBackend backend() {
        return backend;
    }

    /** Ends a test that has passed, which may be for a reason that it does not see: a request to a wrong path. */
    void passed() {
        close();
        backend.broken().ifPresent(e -> {
            throw new AssertionError("a scripted function of the test failed", e);
        });
        if (!isUnscriptedAllowed && backend.hasUnscripted()) {
            throw new AssertionError(backend.report());
        }
    }

    /** Ends a test that has failed. */
    void failed(Throwable failure) {
        try {
            close();
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
        }
        backend.broken().ifPresent(failure::addSuppressed);
        if (backend.hasUnscripted()) {
            failure.addSuppressed(new AssertionError(backend.report()));
        }
    }

    private void close() {
        try {
            stopAtOnce();
        } finally {
            backend.close();
        }
    }

    /**
     * A stop timeout of 0 lets Jetty close connections without a wait, idle ones too. The pool has one of its own, 5 s, for
     * the threads of the requests in flight: they end when the connections to the backend are closed. The interruption ends
     * the stop delay, so it is done on a thread of its own: that of the test stays as it is.
     */
    private void stopAtOnce() {
        var server = service.jettyServer().server();
        server.setStopTimeout(0);
        if (server.getThreadPool() instanceof QueuedThreadPool pool) {
            pool.setStopTimeout(0);
        }
        var stopping = new Thread(
                () -> {
                    Thread.currentThread().interrupt();
                    service.stop();
                },
                "apikit-test-stop");
        stopping.start();
        try {
            stopping.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns the exception to throw; a checked one of the test itself is thrown as it is. */
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // Erased: the cast throws nothing.
    static <E extends Throwable> RuntimeException unchecked(Throwable failure) throws E {
        throw (E) failure;
    }
}
