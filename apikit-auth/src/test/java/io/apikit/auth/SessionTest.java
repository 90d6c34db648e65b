package io.apikit.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.apikit.BackendError;
import io.apikit.custom.TokenMode;
import io.apikit.http.Deadline;
import io.apikit.http.HttpOptions;
import io.apikit.http.RetryPolicy;
import io.apikit.http.Timing;
import io.javalin.json.JavalinJackson;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.AfterEach;

/** What every test of the session starts from: one backend of tokens, two users, injected time, no retries. */
abstract class SessionTest {
    static final Credentials ALICE = Credentials.password("alice", "wonderland");
    static final Credentials BOB = Credentials.password("bob", "builder");

    final TokenBackend server = new TokenBackend().user("alice", "wonderland").user("bob", "builder");
    final FakeTiming timing = new FakeTiming();
    final Concurrently threads = new Concurrently();
    private final java.util.List<Backend> backends = new java.util.ArrayList<>();

    Backend backend() {
        return opened(settings());
    }

    Backend.Builder settings() {
        return Backend.at(server.url())
                .defaultAuth(new TokenMode())
                .retry(RetryPolicy.none())
                .http(HttpOptions.builder()
                        // A burst of connections fills the fake's backlog, and a dropped one is tried again after 1 s,
                        // 3 s.
                        .connectTimeout(Duration.ofSeconds(10))
                        .totalTimeout(Duration.ofSeconds(10))
                        .build())
                .timing(timing)
                .random(() -> 0);
    }

    Backend opened(Backend.Builder builder) {
        var backend = builder.build();
        backends.add(backend);
        return backend;
    }

    static ThrowableAssertAlternative<BackendError> assertFails(int status, ThrowingCallable call) {
        return assertThatExceptionOfType(BackendError.class)
                .isThrownBy(call)
                .matches(error -> error.statusCode() == status, "has status " + status);
    }

    /** The same for a call on another thread. */
    static ThrowableAssertAlternative<BackendError> assertFails(int status, Future<?> call) {
        return assertFails(status, () -> {
            try {
                Concurrently.ended(call);
            } catch (ExecutionException e) {
                throw e.getCause();
            }
        });
    }

    /** The session a request would get where the service has an account of its own. */
    static BackendSession serviceSession(Backend backend, Supplier<Credentials> own) {
        return backend.session(
                backend.accounts().ofService(own),
                new JavalinJackson(null, false),
                Optional.empty(),
                BackendSession.RequestPropagation.NOTHING);
    }

    static Deadline soon() {
        return Deadline.after(Duration.ofSeconds(10), Timing.system());
    }

    /** Returns once this is so. */
    static void await(BooleanSupplier condition) {
        var patience = soon();
        while (!condition.getAsBoolean()) {
            assertThat(patience.isExpired()).as("too late").isFalse();
            Thread.onSpinWait();
        }
    }

    /** Alice's logins, for an order of events that requests alone cannot force. */
    static CurrentLogin logins(Backend backend) {
        return backend.sessions().of(backend.accounts().of(ALICE)).login();
    }

    @AfterEach
    void end() {
        threads.close();
        backends.forEach(Backend::close);
        server.close();
    }
}
