package io.apikit.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class FiguresTest {
    @Test
    void ticksOfAProcessWithBlanksInItsNameAreThoseOfItselfAndItsChildren() {
        assertThat(ProcessAccount.ticks("7 (a b) c) S 1 7 7 0 -1 4194560 100 0 0 0 10 20 300 4000 20 0 1 0 5\n"))
                .isEqualTo(4330);
    }

    @Test
    void responseMayHaveItsMembersInAnyOrder() {
        var workload = Workload.WRAPPED;

        assertThat(workload.isMetBy("{\"metric\": \"coverage\",\n \"jobname\": \"nightly\", \"value\": \"93.5\"}\n"))
                .isTrue();
        assertThat(workload.isMetBy("{\"jobname\":\"nightly\",\"metric\":\"coverage\",\"value\":\"94\"}"))
                .isFalse();
        assertThat(workload.expecting("93.5").isMetBy("93.5")).isTrue();
    }

    @Test
    void percentilesAreThoseOfTheSortedLatencies() {
        var load = Load.of(LongStream.rangeClosed(1, 1000).toArray(), Duration.ofSeconds(2), 0, 0);

        assertThat(load.p50().toNanos()).isEqualTo(501);
        assertThat(load.p99().toNanos()).isEqualTo(991);
        assertThat(load.p999().toNanos()).isEqualTo(1000);
        assertThat(load.perSecond()).isEqualTo(500);
    }

    @Test
    void loadWithAnyErrorIsNotClean() {
        assertThat(Load.of(new long[] {1}, Duration.ofSeconds(1), 0, 0).isClean())
                .isTrue();
        assertThat(Load.of(new long[] {1}, Duration.ofSeconds(1), 1, 0).isClean())
                .isFalse();
        assertThat(Load.of(new long[] {1}, Duration.ofSeconds(1), 0, 1).isClean())
                .isFalse();
        assertThat(Load.of(new long[0], Duration.ofSeconds(1), 0, 0).isClean()).isFalse();
    }

    @Test
    void slopeIsThatOfTheNearestLine() {
        assertThat(Soak.slope(List.of(10.0, 12.0, 11.0, 13.0))).isCloseTo(0.8, within(1e-9));
        assertThat(Soak.slope(List.of(1.0, 2.0))).isNaN();
    }

    @Test
    void heapIsAllItsGenerationsAndNotTheMetaspace() {
        var serial = """
                 DefNew     total 9216K, used 1024K [0x1, 0x2, 0x3)
                 Tenured    total 10240K, used 3072K [0x1, 0x2, 0x3)
                 Metaspace       used 7000K, committed 7100K, reserved 1114112K
                  class space    used 800K, committed 900K, reserved 1048576K
                """;
        assertThat(Soak.usedMiB(serial)).isEqualTo(4);
        assertThat(Soak.usedMiB(" garbage-first heap   total reserved 6M, committed 254976K, used 2048K [0x1, 0x2)"))
                .isEqualTo(2);
    }
}
