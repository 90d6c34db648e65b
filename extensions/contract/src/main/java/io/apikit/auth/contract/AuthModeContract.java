package io.apikit.auth.contract;

import static io.javalin.apibuilder.ApiBuilder.get;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.hamcrest.Matchers.notNullValue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.apikit.ApiApp;
import io.apikit.BackendError;
import io.apikit.ServiceMetadata;
import io.apikit.auth.Authenticator;
import io.apikit.auth.Backend;
import io.apikit.auth.Credentials;
import io.apikit.auth.LoginStore;
import io.apikit.http.HttpOptions;
import io.apikit.http.RetryPolicy;
import io.restassured.http.Header;
import io.restassured.response.Response;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/**
 * What every auth mode promises, run against a backend that speaks its protocol over real HTTP. For a mode of your own
 * extend {@link RenewableModeContract} if it logs in, or {@link FixedModeContract} if it only passes credentials on.
 *
 * @param <B> the backend that the mode is run against
 */
public abstract class AuthModeContract<B extends BackendUnderTest> {
    private final List<AutoCloseable> open = new ArrayList<>();
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private Consumer<Backend.Builder> replicas = inMemory();
    private boolean showTokens;
    private @Nullable B started;

    private static Consumer<Backend.Builder> inMemory() {
        var store = LoginStore.inMemory();
        return backend -> backend.loginStore(store);
    }

    /** Starts a new backend, for one test. */
    protected abstract B start();

    /**
     * Sets what the replicas of a service share: a {@link LoginStore} for example, a new one for each test. Default: nothing,
     * there is one replica.
     */
    protected void share(Backend.Builder backend) {
        // A mode is first of all run alone.
    }

    @BeforeEach
    void begin() {
        log.list = new CopyOnWriteArrayList<>(); // It is read while the app logs.
        log.start();
        var library = (Logger) LoggerFactory.getLogger("io.apikit");
        library.setLevel(Level.TRACE);
        library.addAppender(log);
        started = start();
    }

    @AfterEach
    void end() throws Exception {
        threads.shutdownNow();
        for (var resource : open) {
            resource.close();
        }
        server().close();
        var library = (Logger) LoggerFactory.getLogger("io.apikit");
        library.detachAppender(log);
        library.setLevel(null);
    }

    @Test
    void anonymousCallersAreRefusedWithTheChallenge() {
        given().port(service()).get("/whoami").then().statusCode(401).header("WWW-Authenticate", notNullValue());
        assertThat(server().refusals()).isZero();
    }

    @Test
    void goodLoginSigns() {
        assertThat(whoami(backend(), server().alice())).isEqualTo("alice");
    }

    @Test
    void badCredentialsAreNeverTriedAgainInTheCoolDown() {
        var backend = backend();

        for (var i = 0; i < 20; i++) {
            assertRefused(() -> whoami(backend, server().wrong()));
        }

        assertThat(server().refusals()).isOne();
    }

    /** Otherwise anybody could find out which names exist. */
    @Test
    void unknownUserAndWrongPasswordGetTheSameResponse() {
        assumeTrue(server().wrong() instanceof Credentials.Password, "no names, no passwords");
        var password = ((Credentials.Password) server().wrong()).password();
        var wrong = given().auth()
                .preemptive()
                .basic("alice", password)
                .port(service())
                .get("/whoami");
        var unknown = given().auth()
                .preemptive()
                .basic("nobody", password)
                .port(service())
                .get("/whoami");

        assertThat(wrong.statusCode()).isEqualTo(401);
        assertThat(unknown.statusCode()).isEqualTo(401);
        assertThat(unknown.asString()).isEqualTo(wrong.asString()).doesNotContain("alice", "nobody");
        assertThat(names(unknown)).isEqualTo(names(wrong));
        assertThat(unknown.header("WWW-Authenticate")).isEqualTo(wrong.header("WWW-Authenticate"));
    }

    private static List<String> names(Response response) {
        return response.headers().asList().stream().map(Header::getName).toList();
    }

    @Test
    void twoCallersAreNeverCrossed() throws Throwable {
        var backend = backend();
        var alices = startTogether(50, () -> whoami(backend, server().alice()));
        var bobs = startTogether(50, () -> whoami(backend, server().bob()));

        assertThat(outcomes(alices)).containsOnly("alice");
        assertThat(outcomes(bobs)).containsOnly("bob");
    }

    @Test
    void badCredentialsNeverUseAPooledSession() {
        var backend = backend();
        whoami(backend, server().alice());

        assertRefused(() -> whoami(backend, server().wrong()));
        assertThat(whoami(backend, server().alice())).isEqualTo("alice");
    }

    @Test
    void secretsAreInNoTextErrorOrLog() {
        var mode = new ObservedMode(server().mode());
        var backend = backend(mode);
        whoami(backend, server().alice());
        var error = catchThrowable(() -> whoami(backend, server().wrong()));
        var texts = new ArrayList<String>(List.of(server().alice().toString(), backend.toString(), stackTrace(error)));
        mode.logins().forEach(login -> texts.add(login.toString()));
        server().reflecting()
                .map(path -> backend.session(server().alice()).get(path).toError())
                .ifPresent(reflected -> texts.add(reflected.toString()));
        texts.add(log.list.stream()
                .map(event -> event.getFormattedMessage() + event.getThrowableProxy())
                .collect(Collectors.joining("\n")));

        for (var secret : server().secrets()) {
            assertThat(texts).noneMatch(text -> text.contains(secret));
        }
    }

    /** However many replicas are asked, and however often. */
    @Test
    void badCredentialsReachTheBackendOnceForAllReplicas() {
        var replicas = List.of(replica(), replica(), replica());

        for (var i = 0; i < 6; i++) {
            var replica = replicas.get(i % 3);
            assertRefused(() -> whoami(replica, server().wrong()));
        }

        assertThat(server().refusals()).isOne();
    }

    @Test
    void callersOfReplicasAreNeverCrossed() {
        var replicas = List.of(replica(), replica());
        assertRefused(() -> whoami(replicas.get(0), server().wrong()));

        for (var replica : replicas) {
            assertThat(whoami(replica, server().alice())).isEqualTo("alice");
            assertThat(whoami(replica, server().bob())).isEqualTo("bob");
        }
    }

    final B server() {
        return Objects.requireNonNull(started, "started");
    }

    final Backend backend() {
        return backend(server().mode());
    }

    final Backend backend(Authenticator mode) {
        return backend(mode, this::share);
    }

    /** Returns a backend of one of several replicas. */
    final Backend replica() {
        return backend(showTokens ? new TokensForPasswords(server().mode()) : server().mode(), replicas);
    }

    /** Sets what replicas share where a test has several. Default: a store in memory. */
    final void replicasShare(Consumer<Backend.Builder> sharing) {
        replicas = sharing;
    }

    /**
     * Has callers of replicas show a bearer token in place of a password. With a store outside the process, a password costs
     * each replica a slow hash.
     */
    final void callersOfReplicasShowTokens() {
        showTokens = true;
    }

    private Backend backend(Authenticator mode, Consumer<Backend.Builder> sharing) {
        var builder = Backend.at(server().url())
                .auth(mode)
                .retry(RetryPolicy.none())
                .http(HttpOptions.builder()
                        // A burst of connections fills a server's backlog. One that is dropped is tried again after 1
                        // s,
                        // then 3 s.
                        .connectTimeout(Duration.ofSeconds(20))
                        .responseTimeout(Duration.ofSeconds(20))
                        .build());
        sharing.accept(builder);
        var backend = builder.build();
        open.add(backend);
        return backend;
    }

    private int service() {
        var backend = backend();
        var metadata = ServiceMetadata.builder()
                .name("contract")
                .version("1")
                .repository("https://example.org/contract")
                .description("One route in front of the backend.")
                .build();
        var app = ApiApp.builder(metadata)
                .auth(backend)
                .routes(() -> get(
                        "/whoami",
                        ctx -> ctx.result(backend.session(ctx)
                                .get(server().whoami())
                                .orThrow()
                                .text())))
                .operations(ops -> ops.grace(Duration.ZERO))
                .build()
                .start("127.0.0.1", 0);
        open.add(app::stop);
        return app.port();
    }

    final String whoami(Backend backend, Credentials credentials) {
        var shown = showTokens ? TokensForPasswords.shown(credentials) : credentials;
        return server().nameIn(backend.session(shown).get(server().whoami()).orThrow());
    }

    private static String stackTrace(Throwable error) {
        var trace = new StringWriter();
        error.printStackTrace(new PrintWriter(trace));
        return trace.toString();
    }

    /** Runs a task on that many threads, which start together. Does not wait for their ends. */
    final <T> List<Future<T>> startTogether(int times, Callable<T> task) {
        var together = new CountDownLatch(times);
        return IntStream.range(0, times)
                .mapToObj(each -> threads.submit(() -> {
                    together.countDown();
                    together.await();
                    return task.call();
                }))
                .toList();
    }

    /** Waits for a task, and returns its result or throws its exception. */
    static <T> T outcome(Future<T> task) throws Throwable {
        try {
            return task.get(20, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError("a call did not end within 20 s", e);
        } catch (ExecutionException e) {
            throw e.getCause();
        }
    }

    static <T> List<T> outcomes(List<Future<T>> tasks) throws Throwable {
        var results = new ArrayList<T>();
        for (var task : tasks) {
            results.add(outcome(task));
        }
        return results;
    }

    static void assertRefused(ThrowingCallable call) {
        assertThatExceptionOfType(BackendError.class)
                .isThrownBy(call)
                .matches(error -> error.statusCode() == 401, "401")
                .matches(error -> error.headers().containsKey("WWW-Authenticate"), "has the challenge");
    }
}
