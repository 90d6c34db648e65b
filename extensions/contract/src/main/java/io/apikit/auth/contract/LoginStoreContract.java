package io.apikit.auth.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.auth.LoginStore;
import io.apikit.auth.LoginStore.Lease;
import io.apikit.auth.LoginStore.Stored;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The contract of a {@link LoginStore}: what its Javadoc promises, seen by two replicas. It runs in real time, since a
 * store on a server has a clock of its own; the lives in it are some 10 ms long.
 */
public abstract class LoginStoreContract extends LoginStoreFixture {
    @ParameterizedTest
    @CsvSource({"0, 1, 0", "1, 7, 3", "2147483647, 9223372036854775806, 9007199254740993"})
    void recordIsReadAsItWasWritten(int format, long number, long change) {
        var value = new byte[256];
        IntStream.range(0, value.length).forEach(i -> value[i] = (byte) i);
        assertThat(first.read("key")).isEmpty();

        assertThat(first.write("key", new Stored(format, number, change, value, Duration.ofDays(9)), LONG))
                .isTrue();

        var read = second.read("key").orElseThrow();
        assertThat(read.format()).isEqualTo(format);
        assertThat(read.number()).isEqualTo(number);
        assertThat(read.change()).isEqualTo(change);
        assertThat(read.value()).isEqualTo(value);
        assertThat(read.age()).isBetween(Duration.ZERO, Duration.ofSeconds(LIMIT_SECONDS));
        assertThat(second.read("other key")).isEmpty();
    }

    @Test
    void recordWithoutAValueIsOne() {
        assertThat(first.write("key", new Stored(1, 1, 0, new byte[0], Duration.ZERO), LONG))
                .isTrue();

        assertThat(second.read("key").orElseThrow().value()).isEmpty();
    }

    @Test
    void recordAgesUntilItsLifeIsOver() {
        first.write("key", record(1, 1, 0, "short"), SHORT);
        first.write("long", record(1, 1, 0, "long"), LONG);

        until(() -> second.read("key").isEmpty());

        assertThat(second.read("long").orElseThrow().age()).isGreaterThanOrEqualTo(SHORT.minusMillis(2));
    }

    @ParameterizedTest
    @CsvSource({
        // The record that is there, then the one that comes.
        "1, 2, 0,  1, 2, 1,  true",
        "1, 2, 5,  1, 3, 0,  true",
        "1, 2, 0,  2, 2, 1,  true",
        "1, 9, 0,  1, 10, 0,  true",
        "1, 2, 9,  1, 2, 10,  true",
        "1, 2, 0,  1, 2, 0,  false",
        "1, 2, 1,  1, 2, 0,  false",
        "1, 10, 0,  1, 9, 0,  false",
        "1, 2, 10,  1, 2, 9,  false",
        "2, 2, 0,  1, 2, 1,  false",
        "2, 2, 0,  1, 9, 9,  false",
        "1, 9007199254740992, 0,  1, 9007199254740993, 0,  true",
        "1, 9007199254740993, 0,  1, 9007199254740992, 9,  false",
        "1, 9, 9007199254740992,  1, 9, 9007199254740993,  true",
        "1, 9, 9007199254740993,  1, 9, 9007199254740993,  false",
    })
    void recordIsReplacedByALaterOneOnly(
            int format, long number, long change, int newFormat, long newNumber, long newChange, boolean isWritten) {
        first.write("key", record(format, number, change, "old"), LONG);

        assertThat(second.write("key", record(newFormat, newNumber, newChange, "new"), LONG))
                .isEqualTo(isWritten);

        assertThat(text(first.read("key"))).isEqualTo(isWritten ? "new" : "old");
    }

    @Test
    void recordThatIsOverIsReplacedByAnyThatNoLeaseForbids() {
        first.write("key", record(3, 5, 5, "old"), SHORT);
        until(() -> first.read("key").isEmpty());

        assertThat(second.write("key", record(1, 4, 9, "earlier"), LONG)).isFalse();
        assertThat(second.write("key", record(1, 5, 0, "same"), LONG)).isTrue();
    }

    @Test
    void leaseIsHeldByOneAtATime() {
        var taken = first.lease("key", 0, LONG);
        assertThat(taken.isTaken()).isTrue();
        assertThat(taken.number()).isOne();
        assertThat(taken.left()).isEqualTo(LONG);

        var refused = second.lease("key", 0, SHORT);
        assertThat(refused.isTaken()).isFalse();
        assertThat(refused.left()).isBetween(LONG.minusSeconds(LIMIT_SECONDS), LONG);
        assertThat(first.lease("key", 0, SHORT).isTaken()).isFalse();
        assertThat(second.lease("other key", 0, SHORT).isTaken()).isTrue();
    }

    @Test
    void leaseEndsAfterItsLength() {
        var taken = first.lease("key", 0, SHORT);

        var next = untilTaken(second, "key", 0);

        assertThat(next.number()).isGreaterThan(taken.number());
        assertThat(first.extend("key", taken.number(), LONG)).isFalse();
    }

    @Test
    void extendedLeaseLastsLonger() {
        var taken = first.lease("key", 0, SHORT);

        assertThat(first.extend("key", taken.number(), LONG)).isTrue();

        assertThat(second.lease("key", 0, SHORT).left()).isGreaterThan(SHORT);
        assertThat(first.extend("key", taken.number() + 1, LONG)).isFalse();
        assertThat(first.extend("key", 0, LONG)).isFalse();
        assertThat(first.extend("unknown key", 1, LONG)).isFalse();
    }

    @Test
    void leaseThatItsHolderHasEndedIsNotExtended() {
        var released = first.lease("key", 0, LONG);
        first.release("key", released.number());
        var written = first.lease("other key", 0, LONG);
        first.write("other key", record(1, written.number(), 0, "value"), LONG);

        assertThat(first.extend("key", released.number(), LONG)).isFalse();
        assertThat(first.extend("other key", written.number(), LONG)).isFalse();

        assertThat(second.lease("key", 0, SHORT).isTaken()).isTrue();
        assertThat(second.lease("other key", 0, SHORT).isTaken()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "0",
        "1",
        "41",
        "9007199254740991",
        "9007199254740992",
        "9007199254740993",
        "999999999",
        "4611686018427387903"
    })
    void leaseExceedsTheNumberThatItMust(long above) {
        var taken = first.lease("key", above, LONG);
        assertThat(taken.number()).isGreaterThan(above);

        first.release("key", taken.number());
        assertThat(second.lease("key", 0, LONG).number()).isGreaterThan(taken.number());
    }

    @Test
    void leaseExceedsTheNumberOfTheRecord() {
        first.write("key", record(1, BIG, 0, "value"), LONG);

        assertThat(second.lease("key", 0, LONG).number()).isGreaterThan(BIG);
    }

    @Test
    void leaseEndsWithItsRecord() {
        var taken = first.lease("key", 0, LONG);

        assertThat(first.write("key", record(1, taken.number(), 0, "value"), LONG))
                .isTrue();

        assertThat(heardBySecond.awaitChanged("key")).isTrue();
        assertThat(second.lease("key", 0, LONG).number()).isGreaterThan(taken.number());
    }

    @Test
    void releasedLeaseIsFreeAndTheOthersKnow() {
        var taken = first.lease("key", 0, LONG);

        second.release("key", taken.number() + 1);
        assertThat(second.lease("key", 0, LONG).isTaken()).isFalse();
        first.release("key", taken.number());

        assertThat(heardBySecond.awaitChanged("key")).isTrue();
        assertThat(second.lease("key", 0, LONG).isTaken()).isTrue();
        first.release("key", taken.number());
        assertThat(first.lease("key", 0, LONG).isTaken()).isFalse();
    }

    @Test
    void lateRecordOfAnEarlierLeaseIsNotWritten() {
        var slow = first.lease("key", 0, SHORT);
        var fast = untilTaken(second, "key", 0);

        assertThat(first.write("key", record(1, slow.number(), 0, "late"), LONG))
                .isFalse();
        assertThat(first.read("key")).isEmpty();
        second.release("key", fast.number());
        assertThat(first.write("key", record(1, slow.number(), 0, "late"), LONG))
                .isFalse();
        assertThat(second.write("key", record(1, fast.number(), 0, "in time"), LONG))
                .isTrue();
    }

    @Test
    void listenersHearOfTheOthersInOrder() {
        heardByFirst.clear();
        first.write("a", record(1, 1, 0, "1"), LONG);
        first.write("a", record(1, 1, 0, "refused"), LONG);
        first.write("b", record(1, 1, 0, "2"), LONG);
        first.send(new byte[] {0, -1, 10, 32});
        first.send(new byte[0]);

        assertThat(heardBySecond.awaitReceived("")).isTrue();
        assertThat(heardBySecond.all()).containsExactly("changed a", "changed b", "received 0 -1 10 32", "received");
        second.send(new byte[] {1});
        assertThat(heardByFirst.awaitReceived("1")).isTrue();
        assertThat(heardByFirst.all()).containsExactly("received 1");
    }

    @Test
    void partsOfOtherNamesAreApart() {
        var heard = new EventList();
        var other = space(stores.get(1), name + "x", heard);
        first.write("key", record(1, 5, 0, "value"), LONG);
        first.lease("leased", 0, LONG);
        take(first, "bucket", 1, 1);

        assertThat(other.read("key")).isEmpty();
        assertThat(other.lease("leased", 0, LONG).isTaken()).isTrue();
        assertThat(take(other, "bucket", 1, 1)).isZero();
        assertThat(other.alive(LONG).replicas()).isOne();
        assertThat(heard.all()).doesNotContain("changed key");
    }

    @Test
    void bucketHasItsTokensForAllTogether() {
        assertThat(take(first, "bucket", 1, 3)).isZero();
        assertThat(take(second, "bucket", 1, 3)).isZero();
        assertThat(take(first, "bucket", 1, 3)).isZero();

        assertThat(take(second, "bucket", 1, 3)).isBetween(LONG.minusSeconds(LIMIT_SECONDS), LONG);
        assertThat(take(second, "bucket", 2, 3))
                .isBetween(LONG.multipliedBy(2).minusSeconds(LIMIT_SECONDS), LONG.multipliedBy(2));
        assertThat(take(second, "other bucket", 1, 3)).isZero();
    }

    @Test
    void tokenIsTakenOnlyFromAsManyAsDemanded() {
        assertThat(take(first, "bucket", 3, 3)).isZero();

        assertThat(take(second, "bucket", 3, 3)).isPositive();
        assertThat(take(second, "bucket", 2, 3)).isZero();
        assertThat(take(second, "bucket", 2, 3)).isPositive();
        assertThat(take(second, "bucket", 1, 3)).isZero();
        assertThat(take(second, "bucket", 1, 3)).isPositive();
    }

    @Test
    void tokensComeBackWithTimeOrWhenGivenBack() {
        take(first, "slow", 1, 1);
        assertThat(take(second, "slow", 1, 1)).isPositive();
        first.giveBack("slow", 1, LONG);
        first.giveBack("slow", 1, LONG);
        assertThat(take(second, "slow", 1, 1)).isZero();
        assertThat(take(second, "slow", 1, 1)).isPositive();

        first.take("quick", 1, 1, SHORT);
        until(() -> second.take("quick", 1, 1, SHORT).isZero());
    }

    @Test
    void replicasAreCountedWhileTheyAreAlive() {
        assertThat(first.alive(LONG)).isEqualTo(new LoginStore.Alive(1, false));
        assertThat(second.alive(LONG)).isEqualTo(new LoginStore.Alive(2, false));
        assertThat(first.alive(LONG)).isEqualTo(new LoginStore.Alive(2, true));

        second.close();
        assertThat(first.alive(LONG)).isEqualTo(new LoginStore.Alive(1, true));
    }

    @Test
    void replicaThatSaysNothingIsNotAliveAfterItsLife() {
        second.alive(SHORT);

        until(() -> first.alive(LONG).replicas() == 1);
        assertThat(second.alive(LONG)).isEqualTo(new LoginStore.Alive(2, false));
    }

    @Test
    void closedPartHearsNothingMore() {
        var heard = new EventList();
        var third = space(stores.get(1), name, heard);
        heard.connect(first);
        third.close();
        heard.clear();

        first.send(new byte[] {7});

        assertThat(heardBySecond.awaitReceived("7")).isTrue();
        assertThat(heard.all()).isEmpty();
    }

    @Test
    void partsOfOneStoreHearEachOther() {
        var heard = new EventList();
        var third = space(stores.get(0), name, heard);
        heard.connect(first);
        heardByFirst.clear();

        third.send(new byte[] {8});

        assertThat(heardByFirst.awaitReceived("8")).isTrue();
        assertThat(heard.all()).isEmpty();
    }

    @Test
    void leasesThatManyAskForAtOnceHaveNumbersOfTheirOwn() throws Exception {
        var rounds = IntStream.range(0, 20).mapToObj(round -> "key" + round).toList();
        var numbers = new ArrayList<Long>();
        for (var key : rounds) {
            var taken = together(8, replica -> replica.lease(key, 0, LONG)).stream()
                    .filter(Lease::isTaken)
                    .toList();
            assertThat(taken).hasSize(1);
            numbers.add(taken.get(0).number());
        }
        assertThat(numbers).containsOnly(1L);
    }

    @Test
    void latestOfManyRecordsWrittenAtOnceStays() throws Exception {
        var change = new AtomicInteger();

        var written = together(40, replica -> {
            var mine = change.getAndIncrement();
            return replica.write("key", record(1, 1, mine, "change " + mine), LONG);
        });

        assertThat(written).contains(true);
        assertThat(text(first.read("key"))).isEqualTo("change 39");
    }

    @Test
    void tokensThatManyTakeAtOnceAreAsManyAsThereAre() throws Exception {
        var waits = together(12, replica -> take(replica, "bucket", 1, 5));

        assertThat(waits.stream().filter(Duration::isZero)).hasSize(5);
    }
}
