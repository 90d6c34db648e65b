package io.apikit.test;

import io.apikit.ApiApp;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * Runs a service in front of a backend that the test scripts, both on 127.0.0.1 and free ports.
 *
 * <pre>{@code
 * ApiTest.behind(Logins.oauth2Proxy()).test(backend -> MyService.SERVICE.app(backend.settings()), (app, backend) -> {
 *     backend.get("/temp").answers("21.5");
 *
 *     assertEquals(200, app.as("alice", "wonderland").get("/temperature").status());
 *     assertEquals(1, backend.logins());
 * });
 * }</pre>
 *
 * <p>After the block the app is stopped at once: it waits neither for idle clients nor for its stop delay, and requests in
 * flight are cut off, whatever its grace period. Then the backend is closed. A request that reached the backend and had
 * nothing scripted for it fails the test, with a message that lists it and what was scripted
 * ({@link Setup#allowUnscripted}). If the block has failed itself, that list is a suppressed exception of its failure.
 *
 * <p>Each test has an app and a backend of its own, so tests may run at the same time. {@link ApiTestExtension} does the same
 * for JUnit's parameters.
 */
public final class ApiTest {
    private ApiTest() {}

    /** What a test does with the app and the backend. */
    @FunctionalInterface
    public interface Block {
        /**
         * Runs the test.
         *
         * @throws Exception if the test fails
         */
        void run(TestApp app, ScriptedBackend backend) throws Exception;
    }

    /**
     * Runs a test with a backend without a login.
     *
     * @param service makes the app, which is not started, from the backend
     */
    public static void test(Function<ScriptedBackend, ApiApp> service, Block block) {
        behind(Logins.none()).test(service, block);
    }

    /** Returns the setup of tests with a backend behind this login. */
    public static Setup behind(Logins logins) {
        return new Setup(logins, Map.of(), false);
    }

    /** What tests have in common: the login and its users. Immutable. */
    public static final class Setup {
        private final Logins logins;
        private final Map<String, String> users;
        private final boolean isUnscriptedAllowed;

        private Setup(Logins logins, Map<String, String> users, boolean isUnscriptedAllowed) {
            this.logins = logins;
            this.users = users;
            this.isUnscriptedAllowed = isUnscriptedAllowed;
        }

        /**
         * Adds a user of the backend; for client credentials a client and its secret. Repeatable. Default: alice, with the
         * password wonderland.
         */
        public Setup user(String name, String password) {
            var more = new LinkedHashMap<>(users);
            more.put(name, password);
            return new Setup(logins, Map.copyOf(more), isUnscriptedAllowed);
        }

        /** Lets requests pass for which nothing is scripted. They still get a 404. Default: they fail the test. */
        public Setup allowUnscripted() {
            return new Setup(logins, users, true);
        }

        /**
         * Runs a test.
         *
         * @param service makes the app, which is not started, from the backend
         */
        public void test(Function<ScriptedBackend, ApiApp> service, Block block) {
            var running = RunningTest.start(this, service);
            try {
                block.run(running.app(), running.backend());
            } catch (Throwable e) {
                running.failed(e);
                throw RunningTest.unchecked(e);
            }
            running.passed();
        }

        /**
         * Returns a JUnit extension that runs each test method so.
         *
         * @param service makes the app, which is not started, from the backend
         */
        public ApiTestExtension extension(Function<ScriptedBackend, ApiApp> service) {
            return new ApiTestExtension(this, service);
        }

        ScriptedBackend start() {
            return new ScriptedBackend(logins, users.isEmpty() ? Map.of("alice", "wonderland") : users);
        }

        boolean isUnscriptedAllowed() {
            return isUnscriptedAllowed;
        }
    }
}
