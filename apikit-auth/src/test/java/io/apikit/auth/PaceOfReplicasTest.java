package io.apikit.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.BackendError;
import io.apikit.auth.internal.sharing.PaceChannel;
import io.apikit.auth.internal.sharing.StoreBreaker;
import io.apikit.auth.internal.sharing.StoreBreaker.Kind;
import io.apikit.auth.internal.sharing.StoreKeys;
import io.apikit.auth.internal.sharing.StoreMetrics;
import io.apikit.auth.internal.sharing.StoreSchedule;
import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import io.apikit.http.Deadline;
import io.apikit.http.Pace;
import io.apikit.http.RetryPolicy;
import io.apikit.http.internal.metrics.BackendMetrics;
import io.apikit.http.internal.resilience.Gate;
import io.apikit.http.internal.resilience.TransportFailures;
import io.apikit.http.internal.url.BaseUrl;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The pace of several replicas on one store in memory. Time passes only when the test says so. */
class PaceOfReplicasTest extends FrontDoorTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration TICK = Duration.ofMillis(50);

    private final LoginStore store = new InMemoryLoginStore(timing::nanoTime);
    private final BackendMetrics meters = new BackendMetrics("pele");
    private final List<Replica> replicas = new ArrayList<>();
    private final List<byte[]> messages = new ArrayList<>();
    private final List<Long> sent = new ArrayList<>();

    @AfterEach
    void closeMeters() {
        meters.close();
    }

    @Test
    void allTogetherKeepAKnownLimitFromTheirStartOn() {
        for (var i = 0; i < 3; i++) {
            replicas.add(new Replica(Pace.atMost(10, SECOND), "pele"));
            runFor(Duration.ofSeconds(i));
        }
        runFor(Duration.ofSeconds(20));

        assertMost(10);
        assertThat(replicas).allSatisfy(replica -> assertThat(replica.passed).isGreaterThan(50));
    }

    @Test
    void aReplicaThatIsClosedLeavesItsPartToTheOthers() {
        for (var i = 0; i < 3; i++) {
            replicas.add(new Replica(Pace.atMost(9, SECOND), "pele"));
        }
        runFor(Duration.ofSeconds(10));
        replicas.remove(2).space.close();
        runFor(Duration.ofSeconds(20));
        var before = sent.size();
        runFor(Duration.ofSeconds(10));

        assertMost(9);
        assertThat(sent.size() - before).isGreaterThanOrEqualTo(72);
    }

    @Test
    void fewerRequestsThanReplicasAreSentInTurns() {
        for (var i = 0; i < 3; i++) {
            replicas.add(new Replica(Pace.atMost(1, SECOND), "pele"));
        }
        runFor(Duration.ofSeconds(60));

        assertMost(1);
        assertThat(replicas).allSatisfy(replica -> assertThat(replica.passed).isGreaterThan(6));
    }

    @Test
    void whatOneHasLearnedOthersOfTheSameNameTakeOver() {
        var first = new Replica(Pace.adaptive(), "pele");
        var second = new Replica(Pace.adaptive(), "pele");
        var other = new Replica(Pace.adaptive(), "nasa");
        replicas.addAll(List.of(first, second, other));
        replicas.forEach(Replica::beat);
        timing.pass(SECOND);

        first.refuse();

        second.tryOnce();
        assertThat(second.waits()).isPositive();
        assertThat(other.waits()).isZero();
    }

    @Test
    void messagesAreSealedAndThoseOfStrangersChangeNothing() {
        var first = new Replica(Pace.adaptive(), "pele");
        var second = new Replica(Pace.adaptive(), "pele");
        replicas.addAll(List.of(first, second));
        replicas.forEach(Replica::beat);
        timing.pass(SECOND);
        first.refuse();
        var genuine = messages.get(messages.size() - 1);
        var fresh = new Replica(Pace.adaptive(), "nasa");
        fresh.channel.alive(1);

        var target = new Replica(Pace.adaptive(), "pele");

        fresh.channel.received(genuine);
        target.channel.received(new byte[0]);
        for (var i = 0; i < genuine.length; i++) {
            var changed = genuine.clone();
            changed[i] ^= 1;
            target.channel.received(changed);
        }

        target.tryOnce();
        assertThat(target.waits()).isZero();
        fresh.tryOnce();
        assertThat(fresh.waits()).isZero();
        target.channel.received(genuine);
        assertThat(target.waits()).isPositive();
        assertThat(genuine).hasSizeGreaterThan(80);
        assertThat(second.waits()).isPositive();
    }

    @Test
    void storeThatIsAwayBreaksNoRequest() {
        var one = new Replica(Pace.atMost(10, SECOND), "pele");
        replicas.add(one);
        one.isAway = true;
        runFor(Duration.ofSeconds(5));
        var whileAway = one.passed;
        one.refuse();
        one.isAway = false;
        runFor(Duration.ofSeconds(5));

        assertThat(whileAway).isGreaterThan(30);
        assertThat(one.passed).isGreaterThan(whileAway + 30);
    }

    /** The whole way through two backends. Heartbeats and messages come on other threads. */
    @Test
    void aRefusalOfOneBackendSlowsTheOtherDown() {
        var url = backend(config ->
                config.routes.get("/throttled", ctx -> ctx.status(429)).get("/data", ctx -> ctx.result("data")));
        var first = sharing(url);
        var second = sharing(url);
        var get = BackendRequest.get("/data").timeout(SECOND);

        // It is refused again until the other one knows: the first message may be within 250 ms of another.
        await(() -> {
            timing.pass(SECOND);
            retryAfter(() -> first.get("/throttled"));
            retryAfter(() -> second.send(get));
            return retryAfter(() -> second.send(get)).compareTo(SECOND) > 0;
        });
        assertThat(retryAfter(() -> second.send(get))).isGreaterThan(SECOND);
    }

    private BackendSession sharing(String url) {
        return opened(Backend.at(url)
                        .name("pele")
                        .loginStore(store)
                        .retry(RetryPolicy.none())
                        .pace(Pace.adaptive())
                        .timing(timing))
                .session(Credentials.none());
    }

    private void runFor(Duration time) {
        var end = timing.nanoTime() + time.toNanos();
        do {
            replicas.forEach(Replica::beat);
            for (var replica : replicas) {
                while (replica.tryOnce()) {
                    sent.add(timing.nanoTime());
                }
            }
            timing.pass(TICK);
        } while (timing.nanoTime() - end < 0);
    }

    /** In no second are there more. */
    private void assertMost(int requests) {
        var shortest = IntStream.range(requests, sent.size())
                .mapToLong(i -> sent.get(i) - sent.get(i - requests))
                .min();
        assertThat(Duration.ofNanos(shortest.orElseThrow())).isGreaterThanOrEqualTo(SECOND);
    }

    /** Returns after how many seconds a call that is refused a turn may be tried again; zero if it is sent. */
    private static Duration retryAfter(Runnable call) {
        try {
            call.run();
            return Duration.ZERO;
        } catch (BackendError e) {
            return Duration.ofSeconds(Long.parseLong(e.headers().get("Retry-After")));
        }
    }

    /** One replica, whose commands run at once on the test's thread. */
    private final class Replica implements LoginStore.Listener {
        private final StoreSchedule schedule = new StoreSchedule() {
            @Override
            public void execute(Runnable task) {
                task.run();
            }
        };

        private final StoreBreaker breaker =
                new StoreBreaker("pele", new StoreMetrics(meters), meters, timing, () -> {});
        private final PaceChannel channel;
        private final LoginStore.Space space;
        private final Gate gate;
        private boolean isAway;
        private long nextBeat = timing.nanoTime();
        private int passed;

        private Replica(Pace pace, String name) {
            var keys = StoreKeys.ofProcess();
            channel = new PaceChannel(keys, name, schedule, this::send, this::lease);
            gate = channel.open(pace, 1, timing, new TransportFailures(BaseUrl.origin("http://127.0.0.1:1")));
            space = store.open(keys.space(name), this);
        }

        private void beat() {
            if (timing.nanoTime() - nextBeat >= 0) {
                nextBeat = timing.nanoTime() + Duration.ofSeconds(2).toNanos();
                if (isAway) {
                    channel.away();
                } else {
                    channel.alive(space.alive(Duration.ofSeconds(7)).replicas());
                }
            }
        }

        private void send(byte[] message) {
            breaker.run(Kind.SEND, () -> {
                requireStore();
                messages.add(message);
                space.send(message);
            });
        }

        private boolean lease(String key, Duration length) {
            return breaker.call(Kind.LEASE, () -> {
                requireStore();
                return space.lease(key, 0, length).isTaken();
            });
        }

        private void requireStore() {
            if (isAway) {
                throw new IllegalStateException("the store is away");
            }
        }

        private boolean tryOnce() {
            var isSent = waits().isZero();
            passed += isSent ? 1 : 0;
            return isSent;
        }

        private Duration waits() {
            return retryAfter(() ->
                    gate.acquire(Deadline.after(Duration.ofNanos(1), timing)).close());
        }

        private void refuse() {
            try (var permit = gate.acquire(Deadline.after(Duration.ofMinutes(1), timing))) {
                permit.responded(BackendResponse.of(429, Map.of(), new byte[0]));
            }
        }

        @Override
        public void changed(String key) {}

        @Override
        public void received(byte[] message) {
            channel.received(message);
        }

        @Override
        public void missed() {
            channel.missed();
        }
    }
}
