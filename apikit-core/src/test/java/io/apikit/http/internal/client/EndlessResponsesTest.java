package io.apikit.http.internal.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.management.ThreadMXBean;
import io.apikit.BackendError;
import io.apikit.http.BackendRequest;
import io.apikit.http.Deadline;
import io.apikit.http.HttpOptions;
import io.apikit.http.Timing;
import io.apikit.http.internal.resilience.TransportFailure;
import io.apikit.testkit.faulty.Fault;
import io.apikit.testkit.faulty.FaultyServer;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Answers that never end, or that are small until they are decoded. */
@Timeout(60)
class EndlessResponsesTest {
    private static final int LIMIT = 1 << 20;

    /** The body once in pieces and once whole, a buffer or two, and room for the client's own. */
    private static final long MOST_ALLOCATED = 6L * LIMIT;

    /** What 20 answers may leave in the heap: less than two of them. */
    private static final long MOST_LEFT = 3 << 19;

    private static final int ROUNDS = 20;
    private static final BackendRequest GET = BackendRequest.get("/");
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    static List<Fault> endlessAnswers() {
        var head = "HTTP/1.1 200 OK\r\n";
        var block = "x".repeat(1000);
        return List.of(
                Fault.endlessBody(),
                Fault.endless(head + "Content-Length: 1000000000000\r\n\r\n", block)
                        .named("huge length"),
                Fault.endless(head + "Transfer-Encoding: chunked\r\n\r\n", "3e8\r\n" + block + "\r\n")
                        .named("endless chunks"),
                Fault.endless(head + "Transfer-Encoding: chunked\r\n\r\n7fffffff\r\n", block)
                        .named("endless chunk"),
                Fault.endless(head + "Transfer-Encoding: chunked\r\n\r\n1;x=", block)
                        .named("endless chunk line"),
                Fault.endless(head + "Transfer-Encoding: chunked\r\n\r\n0\r\n", "X-Trailer: x\r\n")
                        .named("endless trailers"),
                Fault.endlessHeaders(),
                Fault.endlessHeaderLine(),
                Fault.endless(head, "a:\r\n").named("endless empty headers"),
                Fault.endless("HTTP/1.1 200 ", block).named("endless reason"),
                Fault.endless("", block).named("endless garbage"),
                Fault.gzipBomb(Long.MAX_VALUE),
                Fault.deflateBomb(Long.MAX_VALUE));
    }

    @ParameterizedTest
    @MethodSource("endlessAnswers")
    void endlessResponseIsA502AndKeepsNoMemory(Fault fault) {
        var options = HttpOptions.builder()
                .bodyLimitBytes(LIMIT)
                .totalTimeout(Duration.ofSeconds(20))
                .build();
        try (var server = FaultyServer.start(fault);
                var transport = GatedHttp.to(server.url(), options, Timing.system())) {
            assertRefused(transport);
            long used = usedHeap();
            for (int i = 0; i < ROUNDS; i++) {
                long before = THREADS.getCurrentThreadAllocatedBytes();
                assertRefused(transport);
                assertThat(THREADS.getCurrentThreadAllocatedBytes() - before).isLessThan(MOST_ALLOCATED);
            }
            server.awaitClosedByClient(ROUNDS + 1);

            assertThat(server.openConnections()).isZero();
            assertFlat(used);
        }
    }

    private static void assertRefused(GatedHttp transport) {
        var error = catchThrowableOfType(BackendError.class, () -> transport.send(GET));
        assertThat(error.statusCode()).isEqualTo(502);
        assertThat(TransportFailure.isRetryable(error)).isFalse();
    }

    /** The JVM skips a collection while the server's thread is within a native encoder, which it is for some ms more. */
    private static void assertFlat(long usedBefore) {
        var patience = Deadline.after(Duration.ofSeconds(10), Timing.system());
        long left = usedHeap() - usedBefore;
        while (left > MOST_LEFT && !patience.isExpired()) {
            Thread.onSpinWait();
            left = usedHeap() - usedBefore;
        }
        assertThat(left).isLessThan(MOST_LEFT);
    }

    private static long usedHeap() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
