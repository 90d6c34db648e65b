package io.apikit.http.internal.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.BackendError;
import io.apikit.http.BackendResponse;
import io.apikit.http.Deadline;
import io.apikit.http.FakeTiming;
import io.apikit.http.Pace;
import io.apikit.http.internal.url.BaseUrl;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Several replicas in one thread, on one clock that the test advances. */
class SharedPaceTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration TICK = Duration.ofMillis(50);
    private static final Pace TEN_A_SECOND = Pace.atMost(10, SECOND);
    private static final Pace TWO_A_SECOND = Pace.atMost(2, SECOND);

    private final FakeTiming timing = new FakeTiming();
    private final List<Replica> replicas = new ArrayList<>();
    private final List<Long> sent = new ArrayList<>();
    private final Map<Integer, Long> leases = new HashMap<>();
    private final Random random = new Random(42);
    private boolean areMessagesLost;

    @Test
    void theRateOfAllIsKeptWhileReplicasComeAndGo() {
        var first = start(TEN_A_SECOND, 1);
        runFor(Duration.ofSeconds(20));
        var second = start(TEN_A_SECOND, 1);
        runFor(Duration.ofSeconds(10));
        start(TEN_A_SECOND, 1);
        start(TEN_A_SECOND, 1);
        runFor(Duration.ofSeconds(20));
        first.isAlive = false;
        start(TEN_A_SECOND, 1);
        runFor(Duration.ofSeconds(20));
        second.isAlive = false;
        runFor(Duration.ofSeconds(30));

        assertMost(10);
        assertThat(replicas)
                .filteredOn(replica -> replica.isAlive)
                .hasSize(3)
                .allSatisfy(replica -> assertThat(replica.passed).isGreaterThan(50));
    }

    @Test
    void theRateOfAllIsKeptThoughEachMessageIsLost() {
        areMessagesLost = true;
        start(TEN_A_SECOND, 1);
        runFor(Duration.ofSeconds(7));
        start(TEN_A_SECOND, 1);
        start(TEN_A_SECOND, 1);
        runFor(Duration.ofSeconds(20));

        assertMost(10);
        assertThat(replicas.get(2).passed).isGreaterThan(20);
    }

    @Test
    void oneThatStartsWhileTheStoreIsAwayHasItsPart() {
        var one = new Replica(TEN_A_SECOND, 3);
        one.pace.away();
        timing.pass(Duration.ofMillis(1_050));

        assertThat(burst(one)).isEqualTo(3);
    }

    @Test
    void theNumberLastHeardCountsWhileTheStoreIsAway() {
        var one = new Replica(TEN_A_SECOND, 1);
        one.pace.alive(3);
        timing.pass(Duration.ofSeconds(7));
        for (var beat = 0; beat < 30; beat++) {
            one.pace.away();
            timing.pass(Duration.ofSeconds(2));
        }

        assertThat(burst(one)).isEqualTo(3);
    }

    /** The others have divided the limit without it. */
    @Test
    void aReplicaThatWasHaltedJoinsThemAgain() {
        for (var i = 0; i < 3; i++) {
            start(TEN_A_SECOND, 1);
        }
        runFor(Duration.ofSeconds(10));
        var halted = replicas.remove(2);
        runFor(Duration.ofSeconds(30));
        replicas.add(halted);
        while (halted.tryOnce()) {
            sent.add(timing.nanoTime());
        }
        runFor(Duration.ofSeconds(20));

        assertMost(10);
        assertThat(halted.passed).isGreaterThan(60);
    }

    /** What it has sent just before counts for a second, and its sign of life for some more. */
    @Test
    void aReplicaThatHasLeftCountsForSomeSecondsMore() {
        var one = new Replica(TEN_A_SECOND, 1);
        one.pace.alive(2);
        timing.pass(Duration.ofSeconds(7));
        for (var second = 0; second < 10; second++) {
            one.pace.alive(1);
            assertThat(burst(one)).as("after %d s", second).isEqualTo(5);
            timing.pass(SECOND);
        }

        one.pace.alive(1);
        assertThat(burst(one)).isEqualTo(10);
    }

    @Test
    void aSmallerNumberThatIsHeardForAMomentDoesNotCount() {
        var one = new Replica(TEN_A_SECOND, 1);
        one.pace.alive(3);
        timing.pass(Duration.ofSeconds(7));
        one.pace.alive(1);
        timing.pass(Duration.ofSeconds(9));
        one.pace.alive(3);
        timing.pass(Duration.ofSeconds(9));
        one.pace.alive(2);
        timing.pass(SECOND);

        assertThat(burst(one)).isEqualTo(3);
    }

    @Test
    void aReplicaThatKnowsNothingSendsWithinSeconds() {
        var one = new Replica(TEN_A_SECOND, 1);
        assertThat(burst(one)).isZero();

        timing.pass(Duration.ofMillis(6_050));

        assertThat(burst(one)).isEqualTo(10);
    }

    @Test
    void fewerRequestsThanReplicasAreSentInTurns() {
        for (var i = 0; i < 3; i++) {
            start(TWO_A_SECOND, 1);
        }
        runFor(Duration.ofSeconds(60));

        assertMost(2);
        assertThat(replicas).allSatisfy(replica -> assertThat(replica.passed).isGreaterThan(10));
        assertThat(sent).hasSizeGreaterThan(80);
    }

    @Test
    void withoutTheStoreFewerRequestsThanReplicasAreSentMoreSeldom() {
        var one = new Replica(TWO_A_SECOND, 5);
        one.pace.away();
        timing.pass(Duration.ofMillis(1_050));

        assertThat(burst(one)).isEqualTo(1);
        timing.pass(Duration.ofMillis(2_999));
        assertThat(burst(one)).isZero();
        timing.pass(Duration.ofMillis(51));
        assertThat(burst(one)).isEqualTo(1);
    }

    @Test
    void whatOneReplicaLearnsAllKeepTimesTheirNumber() {
        start(Pace.adaptive(), 1);
        var others = List.of(start(Pace.adaptive(), 1), start(Pace.adaptive(), 1));
        settle();

        refuse(replicas.get(0), Map.of());

        for (var other : others) {
            other.tryOnce();
            assertThat(wait(other)).isEqualTo(Duration.ofSeconds(3));
        }
    }

    @Test
    void aPauseIsThatOfAllReplicas() {
        start(Pace.adaptive(), 1);
        start(Pace.adaptive(), 1);
        settle();

        refuse(replicas.get(0), Map.of("Retry-After", List.of("20")));

        assertThat(wait(replicas.get(1))).isEqualTo(Duration.ofSeconds(20));
    }

    @Test
    void ofTwoChangesAtOnceTheLongerIntervalCounts() {
        var slow = learned(3, Duration.ofSeconds(8));
        var fast = learned(3, Duration.ofSeconds(2));
        for (var order : List.of(List.of(slow, fast), List.of(fast, slow))) {
            var one = new Replica(Pace.adaptive(), 1);
            one.pace.alive(1);
            order.forEach(one.pace::received);
            one.tryOnce();
            assertThat(wait(one)).isEqualTo(Duration.ofSeconds(8));
        }
    }

    @Test
    void anOldMessageChangesNothingAndGetsTheNewerState() {
        var one = new Replica(Pace.adaptive(), 1);
        one.pace.alive(1);
        one.tryOnce();
        one.pace.received(learned(7, Duration.ofSeconds(4)));
        timing.pass(SECOND);
        one.messages.clear();

        one.pace.received(learned(6, Duration.ofSeconds(9)));

        assertThat(wait(one)).isEqualTo(Duration.ofSeconds(3));
        assertThat(one.messages)
                .singleElement()
                .satisfies(message -> assertThat(PaceMessage.parse(message)
                                .orElseThrow()
                                .learned()
                                .interval())
                        .isEqualTo(Duration.ofSeconds(4).toNanos()));
    }

    @Test
    void malformedMessagesChangeNothing() {
        var good = learned(7, Duration.ofSeconds(4));
        var one = new Replica(Pace.adaptive(), 1);
        one.pace.alive(1);
        for (var length = 0; length < good.length; length++) {
            one.pace.received(Arrays.copyOf(good, length));
        }
        one.pace.received(Arrays.copyOf(good, good.length + 1));
        for (var change : new int[][] {{0, 2}, {1, 2}, {10, -1}, {14, -1}, {18, -1}, {26, -1}, {34, -1}, {42, -1}}) {
            var bad = good.clone();
            bad[change[0]] = (byte) change[1];
            one.pace.received(bad);
        }

        one.tryOnce();
        assertThat(wait(one)).isZero();
    }

    @Test
    void noBytesBreakAReplica() {
        var one = new Replica(TEN_A_SECOND, 1);
        one.pace.alive(1);
        timing.pass(Duration.ofMinutes(1));
        for (var i = 0; i < 20_000; i++) {
            var bytes = learned(random.nextInt(4), Duration.ofMillis(random.nextInt(20_000)));
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            one.pace.received(bytes);
        }

        for (var beat = 0; beat < 300; beat++) {
            one.pace.alive(1);
            timing.pass(Duration.ofSeconds(2));
        }
        assertThat(burst(one)).isBetween(1, 10);
    }

    @Test
    void manyChangesAreFourMessagesASecondAtMost() {
        var one = new Replica(Pace.adaptive(), 1);
        one.pace.alive(1);
        one.messages.clear();
        for (var i = 0; i < 100; i++) {
            timing.pass(Duration.ofMillis(10));
            one.pace.missed();
        }

        assertThat(one.messages).hasSizeBetween(3, 4);
    }

    @Test
    void requestsCauseNoMessage() {
        start(TEN_A_SECOND, 1);
        start(TEN_A_SECOND, 1);
        runFor(Duration.ofSeconds(5));
        replicas.forEach(replica -> replica.messages.clear());

        runFor(Duration.ofSeconds(20));

        assertThat(sent).hasSizeGreaterThan(150);
        assertThat(replicas).allSatisfy(replica -> assertThat(replica.messages).isEmpty());
    }

    @Test
    void aReplicaThatStartsTakesOverWhatTheOthersKnow() {
        start(Pace.adaptive(), 1);
        settle();
        refuse(replicas.get(0), Map.of());
        timing.pass(SECOND);

        var late = start(Pace.adaptive(), 1);
        settle();
        late.tryOnce();

        assertThat(wait(late)).isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void threeReplicasReturnToNoIntervalAboutAsFastAsOne() {
        var alone = recovery(1);
        var three = recovery(3);

        assertThat(alone).isBetween(Duration.ofSeconds(10), Duration.ofMinutes(3));
        assertThat(three).isBetween(alone.dividedBy(2), alone.multipliedBy(2));
    }

    /** Returns how long busy replicas need from the longest interval to none. */
    private static Duration recovery(int number) {
        var learned = new ArrayList<AdaptiveInterval>();
        for (var i = 0; i < number; i++) {
            learned.add(new AdaptiveInterval(Pace.adaptive()));
        }
        for (var i = 0; i < 5; i++) {
            learned.get(0).recordRefusal(learned.get(0).interval(), 0);
        }
        var since = Duration.ofMinutes(5).toNanos();
        var now = since;
        for (var turn = 0; learned.get(0).interval() > 0; turn++) {
            var newest = learned.stream()
                    .max(Comparator.comparingLong(AdaptiveInterval::change))
                    .orElseThrow()
                    .learned(now);
            for (var one : learned) {
                if (one.isOlderThan(newest)) {
                    one.takeOver(newest, now);
                }
            }
            // Each one has its turn after as many intervals as there are replicas.
            now += newest.interval();
            learned.get(turn % number).recordSuccess(newest.interval(), now, number);
        }
        return Duration.ofNanos(now - since);
    }

    /** Each replica sends as many requests as it may, all the time. */
    private void runFor(Duration time) {
        var end = timing.nanoTime() + time.toNanos();
        do {
            replicas.forEach(Replica::beat);
            for (var replica : replicas) {
                while (replica.isAlive && replica.tryOnce()) {
                    sent.add(timing.nanoTime());
                }
            }
            timing.pass(TICK);
        } while (timing.nanoTime() - end < 0);
    }

    /** Lets the heartbeats of all come. */
    private void settle() {
        for (var i = 0; i < 60; i++) {
            replicas.forEach(Replica::beat);
            timing.pass(TICK);
        }
    }

    private Replica start(Pace pace, int least) {
        var replica = new Replica(pace, least);
        replicas.add(replica);
        return replica;
    }

    private int burst(Replica replica) {
        var count = 0;
        while (replica.tryOnce()) {
            count++;
        }
        return count;
    }

    /** In no second are there more. */
    private void assertMost(int requests) {
        var shortest = IntStream.range(requests, sent.size())
                .mapToLong(i -> sent.get(i) - sent.get(i - requests))
                .min();
        assertThat(Duration.ofNanos(shortest.orElseThrow())).isGreaterThanOrEqualTo(SECOND);
    }

    /** Lets the backend refuse a request. */
    private void refuse(Replica replica, Map<String, List<String>> headers) {
        try (var permit = replica.pace.gate().acquire(Deadline.after(Duration.ofMinutes(5), timing))) {
            permit.responded(BackendResponse.of(429, headers, new byte[0]));
        }
    }

    /** Returns how long a request has to wait that comes now. */
    private Duration wait(Replica replica) {
        try {
            replica.pace
                    .gate()
                    .acquire(Deadline.after(Duration.ofNanos(1), timing))
                    .close();
            return Duration.ZERO;
        } catch (BackendError e) {
            return Duration.ofSeconds(Long.parseLong(e.headers().get("Retry-After")));
        }
    }

    private static byte[] learned(long change, Duration interval) {
        var learned = new AdaptiveInterval.Learned(change, interval.toNanos(), 0, 0, 0, 0);
        return new PaceMessage(5, false, 1, 1, learned, 0).toBytes();
    }

    /** A replica whose messages reach the others at once, unless they are lost, with a heartbeat every 2 s. */
    private final class Replica implements SharedPace.Link {
        private final SharedPace pace;
        private final List<byte[]> messages = new ArrayList<>();
        private boolean isAlive = true;
        private boolean hasBeaten;
        private long nextBeat;
        private int passed;

        private Replica(Pace chosen, int least) {
            pace = SharedPace.of(
                    chosen, least, timing, new TransportFailures(BaseUrl.origin("http://127.0.0.1:1")), this);
            nextBeat =
                    timing.nanoTime() + Duration.ofMillis(random.nextInt(400)).toNanos();
        }

        private void beat() {
            if (isAlive && timing.nanoTime() - nextBeat >= 0) {
                nextBeat = timing.nanoTime() + Duration.ofSeconds(2).toNanos();
                pace.alive((int) replicas.stream()
                        .filter(replica -> replica.isAlive && (replica.hasBeaten || replica == this))
                        .count());
                hasBeaten = true;
            }
        }

        /** Returns whether a request that comes now is sent at once. */
        private boolean tryOnce() {
            try {
                pace.gate().acquire(Deadline.after(Duration.ofNanos(1), timing)).close();
                passed++;
                return true;
            } catch (BackendError ignored) {
                return false;
            }
        }

        @Override
        public void send(byte[] message) {
            messages.add(message);
            for (var other : List.copyOf(replicas)) {
                if (other != this && other.isAlive && !areMessagesLost) {
                    other.pace.received(message);
                }
            }
        }

        @Override
        public void lease(int turn, Duration length, Runnable taken) {
            var end = leases.get(turn);
            if (end == null || timing.nanoTime() - end >= 0) {
                leases.put(turn, timing.nanoTime() + length.toNanos());
                taken.run();
            }
        }
    }
}
