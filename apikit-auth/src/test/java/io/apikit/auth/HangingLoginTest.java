package io.apikit.auth;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import io.apikit.auth.LoginAttempt.LoginMetrics;
import io.apikit.auth.internal.logins.AbandonedLogins;
import io.apikit.auth.internal.logins.LoginThreads;
import io.apikit.auth.internal.targets.RejectedTargets;
import io.apikit.custom.TokenMode;
import io.apikit.http.Deadline;
import io.apikit.http.HttpOptions;
import io.apikit.http.RetryPolicy;
import io.apikit.http.Timing;
import io.apikit.http.internal.client.BareTransport;
import io.apikit.http.internal.client.HttpTransport;
import io.apikit.http.internal.url.BackendLabel;
import io.apikit.http.internal.url.BaseUrl;
import io.apikit.internal.util.SingleFlight;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A mode whose {@code logIn} hangs, whatever is done to its thread: how many threads it may hold. */
@Timeout(60)
class HangingLoginTest extends FrontDoorTest {
    private final HangingMode mode = new HangingMode();
    private final AbandonedLogins abandoned =
            new AbandonedLogins(BackendLabel.of(null, BaseUrl.origin("http://hanging")), "hanging", timing);
    private final ExecutorService loginThreads = Executors.newCachedThreadPool();
    private final HttpTransport client = HttpTransport.to(server.url(), HttpOptions.defaults(), RetryPolicy.standard());
    private final List<HandTimedFlight> flights = new ArrayList<>();

    /** Hangs while it is held, and counts its threads. */
    private static final class HangingMode extends TokenMode {
        private final Semaphore begun = new Semaphore(0);
        private final Semaphore interrupted = new Semaphore(0);
        private final AtomicInteger inside = new AtomicInteger();
        private final List<CountDownLatch> hanging = new ArrayList<>();
        private boolean isHeld = true;

        @Override
        public String name() {
            return "hanging";
        }

        @Override
        public Login logIn(Credentials credentials, LoginTransport bare) throws LoginRefused {
            inside.incrementAndGet();
            var gate = enter();
            begun.release();
            while (gate.getCount() > 0) {
                try {
                    gate.await();
                } catch (InterruptedException ignored) {
                    interrupted.release();
                }
            }
            inside.decrementAndGet();
            return super.logIn(credentials, bare);
        }

        private synchronized CountDownLatch enter() {
            var gate = new CountDownLatch(isHeld ? 1 : 0);
            hanging.add(gate);
            return gate;
        }

        synchronized void releaseOne() {
            hanging.remove(0).countDown();
        }

        synchronized void releaseAll() {
            isHeld = false;
            hanging.forEach(CountDownLatch::countDown);
        }

        synchronized void hangNoMore() {
            isHeld = false;
        }

        void awaitBegun() throws InterruptedException {
            assertThat(begun.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
        }

        void awaitInterrupted() throws InterruptedException {
            assertThat(interrupted.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    /** Its times are over when the test says so. */
    private static final class HandTimedFlight extends SingleFlight<LoginAttempt.Outcome> {
        private final List<Runnable> limits = new ArrayList<>();
        private final List<Runnable> waits = new ArrayList<>();
        private final List<Duration> waitTimes = new ArrayList<>();

        @Override
        public synchronized void giveUpAfter(Run<LoginAttempt.Outcome> run, Duration limit, Runnable giveUp) {
            limits.add(giveUp);
            notifyAll();
        }

        @Override
        public synchronized void after(Run<LoginAttempt.Outcome> run, Duration wait, Runnable action) {
            waits.add(action);
            waitTimes.add(wait);
            notifyAll();
        }

        private void reachLimit() throws InterruptedException {
            next(limits).run();
        }

        private Duration endWait() throws InterruptedException {
            next(waits).run();
            return waitTimes.get(0);
        }

        /** A login begins before its limit is known. */
        private synchronized Runnable next(List<Runnable> actions) throws InterruptedException {
            while (actions.isEmpty()) {
                wait();
            }
            return actions.remove(actions.size() - 1);
        }
    }

    private CurrentLogin session(String user) {
        var settings = SessionSettings.builder().timing(timing).build();
        var guarded = GuardedAuthenticator.of(mode, timing);
        var bare = BareTransport.create(client, timing);
        var metrics = new LoginMetrics(client.metrics());
        var logOut = new LogOutAttempt(guarded, bare, timing, client.metrics(), null);
        var pool = new SessionPool(
                settings,
                (account, entry) -> {
                    var attempt = new LoginAttempt(
                            guarded, account, bare, settings.loginCap(), Duration.ofSeconds(30), timing, metrics);
                    var flight = new HandTimedFlight();
                    flights.add(flight);
                    var login = new CurrentLogin(
                            new SharedLogin(null, account, attempt, entry),
                            new LoginThreads(loginThreads, abandoned),
                            settings,
                            logOut.ofSession(account, entry),
                            flight);
                    var rejected = new RejectedTargets(settings.bounded(1), timing, settings.coolDown());
                    var authenticating = AuthenticatingTransport.create(
                            account, login, rejected.ofNewSession(), AuthenticatingTransport.Fallback.NONE, client);
                    return new CallerSession(account, login, authenticating, authenticating);
                },
                null);
        return pool.session(new Account(Credentials.password(user, "wonderland"), false, Optional.empty()))
                .login();
    }

    /** Starts a login that hangs, and gives it up. */
    private void abandonOne(CurrentLogin session, HandTimedFlight flight) throws Exception {
        var call = start(session);
        mode.awaitBegun();
        flight.reachLimit();
        assertFails(504, call).withMessageContaining("It did not end in time.");
        mode.awaitInterrupted();
        timing.pass(Duration.ofSeconds(6));
    }

    private CompletableFuture<Long> start(CurrentLogin session) {
        return CompletableFuture.supplyAsync(
                () -> session.currentOrNew(Deadline.after(Duration.ofSeconds(10), Timing.system()))
                        .number(),
                loginThreads);
    }

    @Test
    void itIsInterruptedAtItsLimitAndOneMoreRunsBesideIt() throws Exception {
        var session = session("alice");
        abandonOne(session, flights.get(0));
        assertThat(abandoned.hanging()).isOne();

        mode.hangNoMore();

        assertThat(start(session).get(10, TimeUnit.SECONDS)).isOne();
        assertThat(mode.inside).hasValue(1);
        mode.releaseAll();
    }

    @Test
    void aThirdOneWaitsUntilOneOfTwoEnds() throws Exception {
        var session = session("alice");
        abandonOne(session, flights.get(0));
        abandonOne(session, flights.get(0));
        var third = start(session);
        var fourth = start(session);
        flights.get(0).next(flights.get(0).waits);
        assertThat(mode.inside).hasValue(2);

        mode.hangNoMore();
        mode.releaseOne();

        assertThat(third.get(10, TimeUnit.SECONDS)).isOne();
        assertThat(fourth.get(10, TimeUnit.SECONDS)).isOne();
        await(() -> mode.inside.get() == 1);
        mode.releaseAll();
    }

    @Test
    void aThirdOneRunsOnceItHasWaitedForTenMinutes() throws Exception {
        var session = session("alice");
        abandonOne(session, flights.get(0));
        abandonOne(session, flights.get(0));
        var third = start(session);

        mode.hangNoMore();
        assertThat(flights.get(0).endWait()).isEqualTo(Duration.ofMinutes(10));

        assertThat(third.get(10, TimeUnit.SECONDS)).isOne();
        assertThat(mode.inside).hasValue(2);
        mode.releaseAll();
    }

    @Test
    void aRequestThatWaitsLeavesAtItsOwnDeadline() throws Exception {
        var session = session("alice");
        abandonOne(session, flights.get(0));
        abandonOne(session, flights.get(0));

        assertFails(504, () -> session.currentOrNew(Deadline.after(Duration.ofMillis(50), Timing.system())));

        assertThat(mode.inside).hasValue(2);
        mode.releaseAll();
    }

    @Test
    void thirtyTwoAreAbandonedAndFurtherOnesAreNotStarted() throws Exception {
        try (var log = LibraryLog.opened()) {
            var last = new ArrayList<CurrentLogin>();
            for (var i = 0; i < 34; i++) {
                last.add(session("user" + i));
            }
            // Two begin before there are 32, and reach their limit after that.
            var late = List.of(start(last.get(32)), start(last.get(33)));
            mode.awaitBegun();
            mode.awaitBegun();
            for (var i = 0; i < 32; i++) {
                abandonOne(last.get(i), flights.get(i));
            }
            flights.get(32).reachLimit();
            flights.get(33).reachLimit();
            late.forEach(call -> assertFails(504, call));

            assertThat(abandoned.hanging()).isEqualTo(32);
            assertThat(abandoned.all().sum()).isEqualTo(32);
            timing.pass(Duration.ofSeconds(6));
            assertFails(504, start(last.get(32))); // Its place is taken, as long as its login hangs.
            assertFails(503, start(session("zoe")))
                    .withMessageContaining("32 calls of logIn of the auth mode hanging hang")
                    .matches(error -> "30".equals(error.headers().get("Retry-After")));
            assertThat(mode.inside).hasValue(34);
            assertThat(abandoned.notStarted().sum()).isOne();
            assertThat(log.await(Level.WARN, "is interrupted")).contains("logIn of the auth mode hanging");

            mode.releaseAll();
            await(() -> abandoned.hanging() == 0);
            timing.pass(Duration.ofSeconds(6));
            server.user("user32", "wonderland").user("zoe", "wonderland");
            await(() -> mode.inside.get() == 0);
            assertThat(start(session("zoe")).get(10, TimeUnit.SECONDS)).isOne();
        }
    }

    /** In real time: a total time of 100 ms, and the second of grace after it. */
    @Test
    void theMetricsCountIt() throws Exception {
        var backend = opened(settings()
                .timing(Timing.system())
                .auth(mode)
                .http(HttpOptions.builder().totalTimeout(Duration.ofMillis(100)).build()));
        var port = serveWhoami(backend);

        assertThat(askAs("alice", "wonderland", port, "/whoami").statusCode()).isEqualTo(504);
        mode.awaitInterrupted();

        var metrics = new Scraped(ask(port, "/metrics").body());
        assertThat(metrics.value("apikit_backend_logins_abandoned_total", "backend"))
                .isOne();
        assertThat(metrics.value("apikit_backend_logins_hanging", "backend")).isOne();
        mode.releaseAll();
    }

    @AfterEach
    void endLogins() {
        mode.releaseAll();
        loginThreads.shutdownNow();
        client.close();
    }
}
