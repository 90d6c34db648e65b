package io.apikit.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import javax.management.JMException;
import javax.management.ObjectName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Callers without end: what is kept of them is counted in the heap after a collection. */
@Tag("thorough")
class ManyCallersTest extends FrontDoorTest {
    private static final int CALLERS = 500_000;
    private static final int OVER_HTTP = 1_000;
    private static final int LANES = 8;
    private static final int MOST_SESSIONS = 5_000;
    private static final Duration IDLE = Duration.ofMinutes(30);

    @Test
    void distinctCallersLeaveBoundedSessionsAndAFlatHeapAndIdleOnesAreEvicted() throws Exception {
        try (var owned = new OwnedBackend()) {
            var backend = opened(Backend.at(owned.url())
                    .auth(OwnedBackend.mode())
                    .maxSessions(MOST_SESSIONS)
                    .sessionIdle(IDLE)
                    .timing(timing));
            var port = serveOwned(backend);
            var sessionsBefore = instances(CallerSession.class);
            var heapBefore = usedAfterCollection();

            askOverHttp(port);
            askForSessions(backend);

            assertThat(instances(CallerSession.class) - sessionsBefore).isBetween(1L, (long) MOST_SESSIONS);
            // 5,000 sessions and what other tests have left are some 10 to 18 MB. All callers would be hundreds.
            assertThat(usedAfterCollection() - heapBefore).isLessThan(32L << 20);
            assertThat(owned.crossed()).isZero();
            assertThat(connections(backend)).isBetween(1.0, 2.0 * LANES);

            timing.pass(IDLE.plusSeconds(1));
            // The cache removes a part of them with each request, so that none takes long.
            for (var i = 0; i <= MOST_SESSIONS / 1_000; i++) {
                backend.session(ALICE);
            }
            assertThat(instances(CallerSession.class) - sessionsBefore).isOne();
        }
    }

    private void askForSessions(Backend backend) throws Exception {
        var next = new AtomicInteger();
        var lanes = threads.start(LANES, () -> {
            for (var i = next.getAndIncrement(); i < CALLERS; i = next.getAndIncrement()) {
                backend.session(Credentials.password("caller" + i, "secret" + i));
            }
            return true;
        });
        assertThat(Concurrently.ended(lanes)).containsOnly(true);
    }

    /** A share of them as they come: through the service, each with a login of its own. */
    private void askOverHttp(int port) throws Exception {
        var next = new AtomicInteger();
        var lanes = threads.start(LANES, () -> {
            for (var i = next.getAndIncrement(); i < OVER_HTTP; i = next.getAndIncrement()) {
                var user = "http" + i;
                var answer = askAs(user, OwnedBackend.password(user), port, "/of/" + user);
                assertThat(answer.body()).startsWith(user + "-");
            }
            return true;
        });
        assertThat(Concurrently.ended(lanes)).containsOnly(true);
    }

    /** Each login opened one, in place of another. */
    private static double connections(Backend backend) {
        var meters = new SimpleMeterRegistry();
        backend.bindTo(meters);
        return meters.get("apikit.backend.connections").gauges().stream()
                .mapToDouble(Gauge::value)
                .sum();
    }

    private static long usedAfterCollection() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    /** Those that can be reached: the JVM collects before it counts. */
    private static long instances(Class<?> type) throws JMException {
        var histogram = (String) ManagementFactory.getPlatformMBeanServer()
                .invoke(
                        new ObjectName("com.sun.management:type=DiagnosticCommand"),
                        "gcClassHistogram",
                        new Object[] {new String[0]},
                        new String[] {String[].class.getName()});
        var row = Pattern.compile("(?m)^ *\\d+: +(\\d+) +\\d+ +" + Pattern.quote(type.getName()) + "(?: .*)?$")
                .matcher(histogram);
        return row.find() ? Long.parseLong(row.group(1)) : 0;
    }
}
