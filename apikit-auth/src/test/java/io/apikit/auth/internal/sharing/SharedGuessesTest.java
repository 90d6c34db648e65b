package io.apikit.auth.internal.sharing;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.apikit.BackendError;
import io.apikit.auth.FakeTiming;
import io.apikit.auth.FaultyLoginStore;
import io.apikit.auth.FaultyLoginStore.Command;
import io.apikit.auth.FaultyLoginStore.Fault;
import io.apikit.auth.internal.logins.PasswordGuess;
import io.apikit.auth.internal.logins.PasswordGuessLimiter.Standing;
import io.apikit.auth.internal.sharing.SharedBuckets.Counted;
import io.apikit.http.Deadline;
import io.apikit.http.Timing;
import io.apikit.internal.caller.ClientNetwork;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Guesses at passwords over three replicas with one store, in time that the test moves. */
class SharedGuessesTest {
    private static final Duration WINDOW = Duration.ofMinutes(15);
    private static final int LOCKING = 5;

    private final PausedTiming timing = new PausedTiming();
    private final FaultyLoginStore.Server server = new FaultyLoginStore.Server(timing::nanoTime);
    private final List<SharingReplica> replicas = IntStream.range(0, 3)
            .mapToObj(each -> new SharingReplica(server, StoreKeys.ofProcess(), 3, timing))
            .toList();

    private final Deque<Long> wrong = new ArrayDeque<>();
    private int most;
    private final Set<SharingReplica> up = new HashSet<>(replicas);

    private static ClientNetwork source(int number) {
        try {
            var bytes = new byte[] {10, 0, (byte) (number >> 8), (byte) number};
            return ClientNetwork.of(Optional.of(InetAddress.getByAddress(bytes)));
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    private PasswordGuess begin(int replica, int source, Standing standing) {
        return replicas.get(replica)
                .guesses
                .begin("alice", source(source), standing, Deadline.after(Duration.ofSeconds(30), timing));
    }

    private PasswordGuess begin(int replica, int source) {
        return begin(replica, source, Standing.UNKNOWN);
    }

    /** Returns whether the guess has reached the backend, which counts wrong passwords of the last 15 min. */
    private boolean guess(int replica, int source) {
        PasswordGuess guess;
        try {
            guess = begin(replica, source);
        } catch (BackendError e) {
            assertThat(e.statusCode()).isEqualTo(429);
            return false;
        }
        refuse(guess);
        return true;
    }

    private void refuse(PasswordGuess guess) {
        wrong.add(timing.nanoTime());
        wrong.removeIf(at -> timing.nanoTime() - at >= WINDOW.toNanos());
        most = Math.max(most, wrong.size());
        guess.refused();
    }

    private void assertHeldUp(int replica, int source, Standing standing, long seconds) {
        assertThatExceptionOfType(BackendError.class)
                .isThrownBy(() -> begin(replica, source, standing))
                .matches(error -> error.statusCode() == 429, "429")
                .satisfies(error -> assertThat(error.headers()).containsEntry("Retry-After", "" + seconds));
    }

    private void fault(Fault fault) {
        replicas.forEach(replica -> replica.way.fault(fault));
    }

    @Test
    void sixtyGuessesFromManySourcesAreThreeTries() {
        var tried = IntStream.range(0, 60).filter(i -> guess(i % 3, i)).count();

        assertThat(tried).isEqualTo(3);
        assertHeldUp(0, 99, Standing.UNKNOWN, 1200);
        timing.pass(Duration.ofMinutes(20));
        assertThat(guess(1, 100)).isTrue();
        assertHeldUp(2, 101, Standing.UNKNOWN, 1200);
    }

    /** What is left is divided by three, and nothing is left of a part of a token. */
    @ParameterizedTest
    @CsvSource({"0, 3", "1, 1", "2, 2", "3, 3", "10, 3"})
    void anOutageGivesNoNewTries(int before, int inAll) {
        IntStream.range(0, before).forEach(i -> guess(0, i));

        fault(Fault.THROWS);
        IntStream.range(0, 60).forEach(i -> guess(i % 3, 100 + i));

        assertThat(wrong).hasSize(inAll);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void theReturnOfTheStoreForgetsNoTry(int before) {
        IntStream.range(0, before).forEach(i -> guess(0, i));
        fault(Fault.THROWS);
        IntStream.range(0, 6).forEach(i -> guess(i % 3, 100 + i));
        timing.pass(Duration.ofSeconds(30));
        fault(Fault.NONE);
        replicas.forEach(SharingReplica::returned);
        timing.pass(Duration.ofSeconds(6));

        IntStream.range(0, 60).forEach(i -> guess(i % 3, 200 + i));

        assertThat(wrong).hasSize(3);
    }

    /** Before the last replica has noticed that the store is back, the others use it already. */
    @Test
    void whoIsBackFirstTakesNoTryOfTheOthers() {
        fault(Fault.THROWS);
        guess(0, 1);
        guess(1, 2);
        fault(Fault.NONE);
        replicas.get(2).returned();

        var tried = IntStream.range(0, 20).filter(i -> guess(2, 10 + i)).count();
        replicas.get(0).returned();
        replicas.get(1).returned();
        timing.pass(Duration.ofSeconds(6));

        assertThat(tried).isEqualTo(1);
        assertThat(guess(0, 50)).isFalse();
        assertThat(wrong).hasSize(3);
    }

    @Test
    void aStoreThatHasLostItsBucketsGivesNoNewTries() {
        IntStream.range(0, 3).forEach(i -> guess(i, i));

        server.flush();

        assertThat(IntStream.range(0, 30).filter(i -> guess(i % 3, 10 + i)).count())
                .isZero();
    }

    @Test
    void aNewReplicaFindsWhatTheOthersKnowInAStoreThatHadLostIt() {
        IntStream.range(0, 3).forEach(i -> guess(i, i));
        server.flush();
        replicas.forEach(SharingReplica::returned);
        var fresh = new SharingReplica(server, StoreKeys.ofProcess(), 3, timing);

        assertThatExceptionOfType(BackendError.class)
                .isThrownBy(() -> fresh.guesses.begin(
                        "alice", source(9), Standing.UNKNOWN, Deadline.after(Duration.ofSeconds(30), timing)));
    }

    /** Two of three replicas cannot reach the store, and use their own parts. */
    @Test
    void theLastReplicaWithTheStoreLeavesTheOthersTheirParts() {
        replicas.get(0).way.fault(Fault.THROWS);
        replicas.get(1).way.fault(Fault.THROWS);
        replicas.get(2).alive.set(1);

        IntStream.range(0, 60).forEach(i -> guess(i % 3, i));

        assertThat(wrong).hasSize(3);
    }

    /** Seeds: guesses in any order over the replicas and sources, outages, flushes and fail-overs at any moment. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void theBackendIsNeverLocked(long seed) {
        var random = new Random(seed);
        var isAway = false;
        for (var step = 0; step < 600; step++) {
            guess(random.nextInt(3), random.nextInt(1_000));
            timing.pass(Duration.ofMillis(random.nextInt(20_000)));
            switch (random.nextInt(60)) {
                case 0 -> {
                    isAway = !isAway;
                    fault(isAway ? Fault.THROWS : Fault.NONE);
                    if (!isAway) {
                        replicas.forEach(SharingReplica::returned);
                    }
                }
                case 1 -> {
                    server.flush();
                    if (random.nextBoolean()) {
                        replicas.forEach(SharingReplica::returned);
                    }
                }
                default -> {}
            }
        }

        assertThat(most).isBetween(2, LOCKING - 1);
    }

    /** One replica after another may be cut off, and comes back. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void theBackendIsNotLockedWhereSomeReplicasAreCutOff(long seed) {
        var random = new Random(seed);
        for (var step = 0; step < 600; step++) {
            guess(random.nextInt(3), random.nextInt(1_000));
            timing.pass(Duration.ofMillis(random.nextInt(20_000)));
            if (random.nextInt(30) == 0) {
                var one = replicas.get(random.nextInt(3));
                var isAway = up.remove(one);
                one.way.fault(isAway ? Fault.THROWS : Fault.NONE);
                if (!isAway) {
                    up.add(one);
                    one.returned();
                }
                up.forEach(each -> each.alive.set(up.size()));
            }
        }

        assertThat(most).isBetween(2, LOCKING - 1);
    }

    @Test
    void aRightPasswordAmongTriesThatMayBeRightWaitsForThem() {
        var others = List.of(begin(0, 1), begin(1, 2), begin(1, 3));
        timing.during(() -> others.get(2).accepted());

        var right = begin(2, 4);

        right.accepted();
        others.forEach(PasswordGuess::undecided);
        assertThat(timing.slept()).hasSize(1);
        IntStream.range(0, 3).forEach(i -> assertThat(guess(i, 10 + i)).isTrue());
    }

    @Test
    void aTryThatWaitsIsRefusedAsSoonAsTheOthersAre() {
        var others = List.of(begin(0, 1), begin(1, 2), begin(1, 3));
        timing.during(() -> others.forEach(this::refuse));

        assertHeldUp(2, 4, Standing.UNKNOWN, 1200);

        assertThat(timing.slept()).hasSize(1);
        assertThat(Objects.requireNonNull(replicas.get(2).heldUp.counts().get("user"))
                        .sum())
                .isOne();
    }

    @Test
    void whatOthersHaveSpentIsKnownWithoutACommand() {
        IntStream.range(0, 3).forEach(i -> guess(i, i));
        var way = replicas.get(2).way;
        var before = way.commands();

        assertThat(IntStream.range(0, 50).filter(i -> guess(2, 10 + i)).count()).isZero();

        assertThat(way.commands()).isEqualTo(before);
        assertThat(timing.slept()).isEmpty();
    }

    @Test
    void whoHasMissedTheMessageWaitsOnceAndNotLonger() {
        replicas.get(2).isDeaf = true;
        IntStream.range(0, 3).forEach(i -> guess(0, i));

        var since = timing.nanoTime();
        assertThat(guess(2, 4)).isFalse();
        var waited = Duration.ofNanos(timing.nanoTime() - since);
        assertThat(guess(2, 5)).isFalse();

        assertThat(waited).isBetween(Duration.ofSeconds(5), Duration.ofMillis(5_200));
        assertThat(Duration.ofNanos(timing.nanoTime() - since)).isEqualTo(waited);
    }

    @Test
    void aTryWaitsForHalfOfItsTimeAtMost() {
        var others = List.of(begin(0, 1), begin(0, 2), begin(0, 3));
        var since = timing.nanoTime();

        assertThatExceptionOfType(BackendError.class)
                .isThrownBy(() -> replicas.get(1)
                        .guesses
                        .begin("alice", source(4), Standing.UNKNOWN, Deadline.after(Duration.ofSeconds(2), timing)))
                .matches(error -> error.statusCode() == 429);

        assertThat(Duration.ofNanos(timing.nanoTime() - since))
                .isBetween(Duration.ofSeconds(1), Duration.ofMillis(1_200));
        others.forEach(PasswordGuess::undecided);
    }

    @Test
    void oneSourceLeavesTheLastTryToOthersWhateverReplicaItAsks() {
        assertThat(IntStream.range(0, 30).filter(i -> guess(i % 3, 7)).count()).isEqualTo(2);

        assertHeldUp(1, 7, Standing.UNKNOWN, 1200);
        begin(2, 8).accepted();
        timing.pass(Duration.ofMinutes(20));
        assertThat(guess(0, 7)).isTrue();
        assertThat(guess(1, 7)).isFalse();
        assertThat(guess(1, 8)).isTrue();
    }

    @Test
    void aSourceThatHasUsedUpItsShareLeavesTheNextTryToOthers() {
        guess(0, 7);
        guess(1, 7);
        guess(2, 8);
        timing.pass(Duration.ofMinutes(20));

        assertHeldUp(2, 7, Standing.UNKNOWN, 1200);
        begin(1, 9).accepted();
    }

    @Test
    void refusedCredentialsLeaveOneTryAndTwiceRefusedOnesAskForTheWholeShare() {
        guess(0, 7);

        assertHeldUp(2, 7, Standing.REFUSED_TWICE, 1200);
        begin(2, 7, Standing.REFUSED_ONCE).accepted();
        guess(1, 8);
        assertHeldUp(2, 9, Standing.REFUSED_ONCE, 1200);
        begin(2, 9).accepted();
    }

    @Test
    void oneSourceIsLimitedOverAllReplicas() {
        var tried = IntStream.range(0, 150)
                .filter(i -> {
                    try {
                        replicas.get(i % 3)
                                .guesses
                                .begin("user" + i, source(7), Standing.UNKNOWN, Deadline.after(WINDOW, timing))
                                .refused();
                        return true;
                    } catch (BackendError e) {
                        return false;
                    }
                })
                .count();

        assertThat(tried).isEqualTo(100);
        begin(0, 8).accepted();
    }

    @Test
    void acceptedCredentialsAreNotLimitedAndTheirFirstRefusalCounts() {
        IntStream.range(0, 3).forEach(i -> guess(i, i));

        var own = begin(1, 9, Standing.ACCEPTED);
        refuse(own);

        timing.pass(Duration.ofMinutes(20));
        assertHeldUp(2, 10, Standing.UNKNOWN, 1200);
    }

    @Test
    void aRefusalThatComesLateCounts() {
        var late = begin(0, 1);
        late.undecided();
        late.refused();
        guess(1, 2);
        guess(2, 3);

        assertThat(guess(1, 4)).isFalse();
    }

    /** The command is carried out, and its result does not come back. */
    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"THROWS", "FULL"})
    void aRightPasswordIsTriedWithoutTheStoreAndCostsNothing(Fault fault) {
        var before = begin(0, 1);
        fault(fault);
        before.accepted();
        begin(1, 2).accepted();
        begin(1, 3).accepted();
        fault(Fault.NONE);
        replicas.forEach(SharingReplica::returned);
        timing.pass(Duration.ofSeconds(6));

        assertThat(IntStream.range(0, 3).filter(i -> guess(i, 10 + i)).count()).isEqualTo(3);
    }

    @Test
    void aTryWithoutTheStoreWaitsForThoseOfItsReplica() {
        fault(Fault.THROWS);
        var other = begin(0, 1);
        timing.during(other::accepted);

        begin(0, 2).accepted();

        assertThat(timing.slept()).hasSize(1);
    }

    @Test
    void whileTheSecretIsChangedTheLimitIsOne(@TempDir Path folder) throws Exception {
        var first = Files.write(
                folder.resolve("first"),
                new Random(1)
                        .ints(32)
                        .collect(
                                () -> new byte[32],
                                (bytes, i) -> bytes[Math.abs(i % 32)] ^= (byte) (i >> 8),
                                (a, b) -> {}));
        var second = Files.write(
                folder.resolve("second"),
                new Random(2)
                        .ints(32)
                        .collect(
                                () -> new byte[32],
                                (bytes, i) -> bytes[Math.abs(i % 32)] ^= (byte) (i >> 8),
                                (a, b) -> {}));
        var changing = new ArrayList<SharingReplica>();
        for (var files : List.of(List.of(first), List.of(first, second), List.of(second, first))) {
            changing.add(new SharingReplica(server, StoreKeys.read(files), 3, timing));
        }

        var tried = IntStream.range(0, 30)
                .filter(i -> {
                    try {
                        changing.get(i % 3)
                                .guesses
                                .begin("alice", source(i), Standing.UNKNOWN, Deadline.after(WINDOW, timing))
                                .refused();
                        return true;
                    } catch (BackendError e) {
                        return false;
                    }
                })
                .count();

        assertThat(tried).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "x", "a", "eabc", "a*", "a b c d", "a\u0000"})
    void aMessageThatIsNoneIsIgnored(String text) {
        replicas.get(0).buckets.received(text.getBytes(US_ASCII));

        begin(0, 1).accepted();
    }

    /** Who can send messages to the replicas repeats one of theirs. */
    @Test
    void aMessageThatIsRepeatedShutsNobodyOutForLong() {
        var name = StoreKeys.ofProcess().buckets(Counted.USER.name(), "alice").get(0);
        for (var i = 0; i < 2_000; i++) {
            replicas.get(0).buckets.received(("a" + name).getBytes(US_ASCII));
        }

        timing.pass(SharingReplica.PER_USER.refill().multipliedBy(4));
        assertHeldUp(0, 1, Standing.UNKNOWN, 20 * 60);
        timing.pass(SharingReplica.PER_USER.refill());
        begin(0, 1).accepted();
    }

    @Test
    void aMessageOfManyTokensCountsAFew() {
        var many = "a" + "x ".repeat(1).strip() + " ax".repeat(100_000);

        replicas.get(0).buckets.received(many.getBytes(US_ASCII));

        begin(0, 1).accepted();
    }

    @Test
    void aRightPasswordCostsSixCommandsAndAWrongOneFour() {
        var way = replicas.get(0).way;
        begin(0, 1).accepted();
        assertThat(way.commands(Command.TAKE)).isEqualTo(3);
        assertThat(way.commands(Command.GIVE_BACK)).isEqualTo(3);
        assertThat(way.commands()).isEqualTo(6);

        guess(0, 1);

        assertThat(way.commands(Command.SEND)).isOne();
        assertThat(way.commands()).isEqualTo(10);
    }

    /** Something may happen during a wait. */
    private static final class PausedTiming implements Timing {
        private final FakeTiming time = new FakeTiming();
        private Runnable next = () -> {};

        void during(Runnable action) {
            next = action;
        }

        void pass(Duration duration) {
            time.pass(duration);
        }

        List<Duration> slept() {
            return time.slept();
        }

        @Override
        public long nanoTime() {
            return time.nanoTime();
        }

        @Override
        public void sleep(Duration duration) {
            time.sleep(duration);
            var action = next;
            next = () -> {};
            action.run();
        }
    }
}
