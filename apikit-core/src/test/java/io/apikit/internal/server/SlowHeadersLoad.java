package io.apikit.internal.server;

import static io.javalin.apibuilder.ApiBuilder.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.Running;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** No test of every build: {@code load/slow-headers} runs it. */
class SlowHeadersLoad {
    private static final int HONEST = Integer.getInteger("load.honest", 200);
    private static final int SLOW = Integer.getInteger("load.slow", 2_000);
    private static final Duration MEASURED = Duration.ofSeconds(Integer.getInteger("load.seconds", 15));
    private static final Duration WARM_UP = Duration.ofSeconds(8);
    private static final Duration SETTLING = Duration.ofSeconds(2);

    @Test
    void slowHeadersDoNotSlowDownTheOthers() throws Exception {
        var routes = Running.builder()
                .operations(ops -> ops.limits(limits -> limits.connectionsPerAddress(10_000)))
                .routes(() -> get("/ask", ctx -> ctx.json(Map.of("answer", 42))));
        try (var running = Running.start(routes)) {
            var service = new InetSocketAddress(
                    InetAddress.getLoopbackAddress(), running.app().port());
            try (var honest = new HonestLoad(service, HONEST)) {
                honest.measure(WARM_UP);
                var before = measured(honest, "alone");
                var beside = besideSlowOnes(service, honest);
                honest.measure(SETTLING); // The end of all the slow ones at once.
                var after = measured(honest, "alone again");
                assertThat(beside.failed()).isZero();
                var alone = before.p99().compareTo(after.p99()) < 0 ? before : after;
                assertThat(beside.p99()).isLessThanOrEqualTo(alone.p99().multipliedBy(2));
            }
        }
    }

    private static Latencies besideSlowOnes(InetSocketAddress service, HonestLoad honest) throws Exception {
        try (var slow = new TricklingLoad(service, SLOW)) {
            honest.measure(SETTLING);
            var beside = measured(honest, "beside " + slow.open() + " slow ones");
            System.out.println("slow ones ended by the server: " + slow.ended());
            assertThat(slow.open()).isGreaterThan(SLOW * 9 / 10);
            assertThat(slow.ended()).isPositive();
            return beside;
        }
    }

    private static Latencies measured(HonestLoad load, String how) throws Exception {
        var figures = load.measure(MEASURED);
        System.out.println(String.format("%-24s %s", how + ":", figures));
        return figures;
    }
}
