package io.apikit.oauth2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.apikit.BackendError;
import io.apikit.auth.Authenticator;
import io.apikit.auth.Backend;
import io.apikit.auth.Credentials;
import io.apikit.http.HttpOptions;
import io.apikit.http.RetryPolicy;
import io.apikit.http.Timing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Sessions over real HTTP: what is renewed with what, and that callers never meet. */
class OAuth2SessionTest {
    private static final Credentials ALICE = Credentials.password("alice", "wonderland");
    private static final Credentials BOB = Credentials.password("bob", "builder-secret");
    private static final Credentials SERVICE = Credentials.password(FakeIssuer.CLIENT, FakeIssuer.SECRET);

    /** Left open: a test that fails is run once more in the same process. */
    private static final FakeIssuer SHARED = new FakeIssuer();

    private final FakeIssuer issuer = SHARED.reset();
    private final AtomicLong passed = new AtomicLong();

    /** The machine's time, and what the test adds to it. */
    private final Timing timing = new Timing() {
        @Override
        public long nanoTime() {
            return System.nanoTime() + passed.get();
        }

        @Override
        public void sleep(Duration duration) throws InterruptedException {
            Timing.system().sleep(duration);
        }
    };

    private HttpOptions http = HttpOptions.defaults();
    private final List<Backend> backends = new ArrayList<>();

    @AfterEach
    void end() {
        backends.forEach(Backend::close);
    }

    private Backend backend(Consumer<OAuth2Options> grant) {
        Authenticator mode = OAuth2.oauth2(grant.andThen(options -> options.issuer(issuer.issuer())));
        var backend = Backend.at(issuer.backend())
                .auth(mode)
                .retry(RetryPolicy.none())
                .http(http)
                .timing(timing)
                .build();
        backends.add(backend);
        return backend;
    }

    private Backend passwords() {
        return backend(options -> options.passwordGrant().client(SERVICE));
    }

    private static String whoami(Backend backend, Credentials credentials) {
        return backend.session(credentials).get("/whoami").orThrow().text();
    }

    private static List<String> crowd(int size, Callable<String> call) throws Exception {
        var threads = Executors.newFixedThreadPool(size);
        try {
            var together = new CountDownLatch(size);
            var calls = new ArrayList<Future<String>>();
            for (var i = 0; i < size; i++) {
                calls.add(threads.submit(() -> {
                    together.countDown();
                    together.await();
                    return call.call();
                }));
            }
            var results = new ArrayList<String>();
            for (var each : calls) {
                results.add(each.get(20, TimeUnit.SECONDS));
            }
            return results;
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void fiftyCallsAtOneExpiryCauseOneRefresh() throws Exception {
        var backend = passwords();
        for (var round = 1; round <= 2; round++) {
            assertThat(crowd(50, () -> whoami(backend, ALICE))).containsOnly("alice");
            issuer.expireAccessTokens();
            assertThat(crowd(50, () -> whoami(backend, ALICE))).containsOnly("alice");
            assertThat(issuer.grants("alice", "refresh_token")).isEqualTo(round);
        }

        assertThat(issuer.grants("alice", "password")).isOne();
        assertThat(issuer.thefts()).isZero();
    }

    @Test
    void sessionThatWasDeletedAtTheServerLogsInAgainInTheSameFlight() throws Exception {
        var backend = passwords();
        whoami(backend, ALICE);
        issuer.signOut("alice");

        assertThat(crowd(50, () -> whoami(backend, ALICE))).containsOnly("alice");

        assertThat(issuer.grants("alice", "password")).isEqualTo(2);
        assertThat(issuer.refusals()).isOne();
    }

    /** The server took the refresh token, and its response came too late. A second use would be a theft there. */
    @Test
    void refreshWhoseOutcomeIsUnknownIsFollowedByALogin() {
        http = HttpOptions.builder().responseTimeout(Duration.ofSeconds(1)).build();
        var backend = passwords();
        whoami(backend, ALICE);
        issuer.expireAccessTokens();
        issuer.hold();
        var late = catchThrowableOfType(BackendError.class, () -> whoami(backend, ALICE));
        assertThat(late.statusCode()).isEqualTo(504);
        issuer.release();

        passed.addAndGet(TimeUnit.SECONDS.toNanos(2)); // The back-off of a broken login is 1 s.

        assertThat(whoami(backend, ALICE)).isEqualTo("alice");
        assertThat(issuer.grants("alice", "refresh_token")).isOne();
        assertThat(issuer.grants("alice", "password")).isEqualTo(2);
        assertThat(issuer.thefts()).isZero();
    }

    @Test
    void callersOfAnExchangeNeverMeetAndTheirTokensStayAway() throws Exception {
        var backend = backend(options -> options.tokenExchange().client(SERVICE));
        var alice = Credentials.bearer(issuer.token("alice"));
        var bob = Credentials.bearer(issuer.token("bob"));

        var alices = crowd(20, () -> whoami(backend, alice));
        var bobs = crowd(20, () -> whoami(backend, bob));

        assertThat(alices).containsOnly("alice");
        assertThat(bobs).containsOnly("bob");
        assertThat(issuer.backendHeaders())
                .isNotEmpty()
                .doesNotContain("Bearer " + ((Credentials.Bearer) alice).token())
                .doesNotContain("Bearer " + ((Credentials.Bearer) bob).token());
        assertThat(issuer.grants("alice", "urn:ietf:params:oauth:grant-type:token-exchange"))
                .isOne();
    }

    @Test
    void tokenThatIsNotKnownToTheIssuerIsTheCallersOwnFault() {
        var backend = backend(options -> options.tokenExchange().client(SERVICE));

        for (var i = 0; i < 3; i++) {
            var error = catchThrowableOfType(BackendError.class, () -> whoami(backend, Credentials.bearer("made-up")));
            assertThat(error.statusCode()).isEqualTo(401);
            assertThat(error.headers().get("WWW-Authenticate")).startsWith("Bearer ");
        }
        assertThat(issuer.refusals()).isOne();
        assertThat(issuer.backendHeaders()).isEmpty();
    }

    @Test
    void wrongSecretOfTheServiceIsNoFaultOfItsCallers() {
        var backend = backend(options -> options.passwordGrant().client(Credentials.password("my-service", "stale")));

        var error = catchThrowableOfType(BackendError.class, () -> whoami(backend, BOB));

        assertThat(error.statusCode()).isEqualTo(502);
        assertThat(error.content().orElse(""))
                .contains("this service itself (invalid_client)")
                .doesNotContain("stale");
    }
}
