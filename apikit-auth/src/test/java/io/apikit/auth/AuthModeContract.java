package io.apikit.auth;

import static io.javalin.apibuilder.ApiBuilder.get;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.hamcrest.Matchers.notNullValue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.apikit.ApiApp;
import io.apikit.BackendError;
import io.apikit.ServiceMetadata;
import io.apikit.http.Deadline;
import io.apikit.http.HttpOptions;
import io.apikit.http.RetryPolicy;
import io.apikit.http.Timing;
import io.restassured.http.Header;
import io.restassured.response.Response;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/**
 * What every auth mode promises, run against a backend that speaks its protocol over real HTTP. For a mode of your own
 * extend {@link RenewableModeContract} if it logs in, {@link FixedModeContract} if it only passes credentials on.
 */
public abstract class AuthModeContract<B extends BackendUnderTest> {
    private final List<AutoCloseable> open = new ArrayList<>();
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final Concurrently threads = new Concurrently();
    private @Nullable B started;

    /** Starts a fresh backend for one test. */
    protected abstract B start();

    @BeforeEach
    void begin() {
        log.start();
        var ours = (Logger) LoggerFactory.getLogger("io.apikit");
        ours.setLevel(Level.TRACE);
        ours.addAppender(log);
        started = start();
    }

    @AfterEach
    void end() throws Exception {
        threads.close();
        for (var resource : open) {
            resource.close();
        }
        server().close();
        var ours = (Logger) LoggerFactory.getLogger("io.apikit");
        ours.detachAppender(log);
        ours.setLevel(null);
    }

    @Test
    void anonymousCallersAreRefusedWithTheChallenge() {
        given().port(service()).get("/whoami").then().statusCode(401).header("WWW-Authenticate", notNullValue());
        assertThat(server().refusals()).isZero();
    }

    @Test
    void aGoodLoginSigns() {
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

    /** Else a stranger could ask which names exist. */
    @Test
    void anUnknownUserAndAWrongPasswordAreToldTheSame() {
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

    private static List<String> names(Response answer) {
        return answer.headers().asList().stream().map(Header::getName).toList();
    }

    @Test
    void twoCallersAreNeverCrossed() throws ExecutionException {
        var backend = backend();
        var alices = threads.start(50, () -> whoami(backend, server().alice()));
        var bobs = threads.start(50, () -> whoami(backend, server().bob()));

        assertThat(Concurrently.ended(alices)).containsOnly("alice");
        assertThat(Concurrently.ended(bobs)).containsOnly("bob");
    }

    @Test
    void badCredentialsNeverMeetAPooledSession() {
        var backend = backend();
        whoami(backend, server().alice());

        assertRefused(() -> whoami(backend, server().wrong()));
        assertThat(whoami(backend, server().alice())).isEqualTo("alice");
    }

    @Test
    void secretsAreInNoTextErrorOrLog() {
        var backend = backend();
        whoami(backend, server().alice());
        var error = org.assertj.core.api.Assertions.catchThrowable(() -> whoami(backend, server().wrong()));
        var session = backend.pooled(server().alice());
        var said = new ArrayList<String>(List.of(
                server().alice().toString(),
                session.account().toString(),
                session.logins().current(soon()).login().toString(),
                backend.toString(),
                stackTrace(error)));
        server().reflecting()
                .map(path -> backend.session(server().alice()).get(path).toError())
                .ifPresent(reflected -> said.add(reflected.toString()));
        said.add(log.list.stream()
                .map(event -> event.getFormattedMessage() + event.getThrowableProxy())
                .collect(Collectors.joining("\n")));

        for (var secret : server().secrets()) {
            assertThat(said).noneMatch(text -> text.contains(secret));
        }
    }

    final B server() {
        return Objects.requireNonNull(started, "started");
    }

    final Concurrently threads() {
        return threads;
    }

    final Backend backend() {
        var backend = Backend.at(server().url())
                .auth(server().mode())
                .retry(RetryPolicy.none())
                .http(HttpOptions.builder()
                        // A burst of connections fills a server's backlog, and a dropped one is tried again after 1 s,
                        // 3 s.
                        .connectTimeout(Duration.ofSeconds(20))
                        .responseTimeout(Duration.ofSeconds(20))
                        .build())
                .build();
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
        return server().nameIn(
                        backend.session(credentials).get(server().whoami()).orThrow());
    }

    private static String stackTrace(Throwable error) {
        var trace = new StringWriter();
        error.printStackTrace(new PrintWriter(trace));
        return trace.toString();
    }

    static Deadline soon() {
        return Deadline.after(Duration.ofSeconds(10), Timing.system());
    }

    static Object outcome(Future<?> call) throws Throwable {
        try {
            return Concurrently.ended(call);
        } catch (ExecutionException e) {
            throw e.getCause();
        }
    }

    static void assertRefused(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatExceptionOfType(BackendError.class)
                .isThrownBy(call)
                .matches(error -> error.statusCode() == 401, "401")
                .matches(error -> error.headers().containsKey("WWW-Authenticate"), "has the challenge");
    }
}
