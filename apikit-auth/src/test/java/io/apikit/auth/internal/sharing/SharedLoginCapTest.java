package io.apikit.auth.internal.sharing;

import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.auth.FakeTiming;
import io.apikit.auth.FaultyLoginStore;
import io.apikit.auth.FaultyLoginStore.Fault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Three logins a minute, for three replicas together, in time that the test moves. */
class SharedLoginCapTest {
    private static final Duration SHORT = Duration.ofSeconds(5);

    private final FakeTiming timing = new FakeTiming();
    private final FaultyLoginStore.Server server = new FaultyLoginStore.Server(timing::nanoTime);
    private final List<SharingReplica> replicas = IntStream.range(0, 3)
            .mapToObj(each -> new SharingReplica(server, StoreKeys.ofProcess(), 3, timing))
            .toList();

    private Duration await(int replica, Duration longest) throws InterruptedException {
        return replicas.get(replica).cap.await(longest);
    }

    private void fault(Fault fault) {
        replicas.forEach(replica -> replica.way.fault(fault));
    }

    @Test
    void threeAMinuteForAllReplicasAreThree() throws Exception {
        var made = 0;
        for (var i = 0; i < 30; i++) {
            made += await(i % 3, SHORT).isZero() ? 1 : 0;
        }

        assertThat(made).isEqualTo(3);
        assertThat(timing.slept()).isEmpty();
        assertThat(await(2, SHORT)).isEqualTo(Duration.ofSeconds(20));
        timing.pass(Duration.ofSeconds(20));
        assertThat(await(1, SHORT)).isZero();
        assertThat(await(0, SHORT)).isEqualTo(Duration.ofSeconds(20));
    }

    @Test
    void aTurnThatComesSoonIsWaitedFor() throws Exception {
        for (var i = 0; i < 3; i++) {
            await(i, SHORT);
        }
        timing.pass(Duration.ofSeconds(16));

        assertThat(await(1, SHORT)).isZero();

        assertThat(timing.slept()).containsExactly(Duration.ofSeconds(4));
    }

    /** In any minute there are no more than the burst, and what has come back in it; also without the store. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void outagesAndLostBucketsGiveNoMore(long seed) throws Exception {
        var random = new Random(seed);
        var at = new ArrayList<Long>();
        var isAway = false;
        for (var step = 0; step < 2_000; step++) {
            if (await(random.nextInt(3), Duration.ZERO).isZero()) {
                at.add(timing.nanoTime());
            }
            timing.pass(Duration.ofMillis(random.nextInt(3_000)));
            switch (random.nextInt(50)) {
                case 0 -> {
                    isAway = !isAway;
                    fault(isAway ? Fault.THROWS : Fault.NONE);
                    if (!isAway) {
                        replicas.forEach(SharingReplica::returned);
                    }
                }
                case 1 -> server.flush();
                default -> {}
            }
        }

        var minute = Duration.ofMinutes(1).toNanos();
        var most = at.stream()
                .mapToLong(from -> at.stream()
                        .filter(each -> each >= from && each - from < minute)
                        .count())
                .max()
                .orElseThrow();
        assertThat(most).isBetween(3L, 6L);
        assertThat(at.size()).isGreaterThan(50);
    }

    @Test
    void eachReplicaHasItsPartWithoutTheStore() throws Exception {
        fault(Fault.THROWS);
        var made = 0;
        for (var i = 0; i < 30; i++) {
            made += await(i % 3, SHORT).isZero() ? 1 : 0;
        }

        assertThat(made).isEqualTo(3);
        assertThat(await(0, SHORT)).isEqualTo(Duration.ofMinutes(1));
    }
}
