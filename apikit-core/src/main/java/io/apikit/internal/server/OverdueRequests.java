package io.apikit.internal.server;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.NanoTime;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reports a request that runs for long and has no response, with the stack of its thread: a handler that blocks for ever
 * is otherwise in no log. Each route is reported once. A response that has begun is not overdue, such as a stream of
 * events. Neither is a request whose body still arrives. Thread-safe.
 */
final class OverdueRequests {
    private static final Logger log = LoggerFactory.getLogger(OverdueRequests.class);

    private final long afterNanos;
    private final Set<String> reported = ConcurrentHashMap.newKeySet();

    /** @param after counted from the end of the request, as far as that has come; zero reports nothing */
    OverdueRequests(Duration after) {
        this.afterNanos = after.toNanos();
    }

    /**
     * Called now and then with a request that runs on a connection.
     *
     * @param receivedNanos when bytes came in on the connection last
     */
    void check(Request running, long receivedNanos) {
        if (afterNanos > 0
                && NanoTime.since(running.getHeadersNanoTime()) > afterNanos
                && NanoTime.since(receivedNanos) > afterNanos) {
            ErrorShapingResponse.of(running)
                    .filter(response -> !response.isCommitted())
                    .ifPresent(response -> report(running, response));
        }
    }

    private void report(Request running, ErrorShapingResponse response) {
        var route = running.getMethod() + " " + response.route().orElse("(no route yet)");
        if (!reported.add(route)) {
            return;
        }
        var seconds = TimeUnit.NANOSECONDS.toSeconds(NanoTime.since(running.getHeadersNanoTime()));
        var thread = response.thread();
        if (response.isWaiting()) {
            log.warn(
                    "request {} of {} has waited for {} s: maxConcurrentRequests others run",
                    response.requestId(),
                    route,
                    seconds);
        } else if (thread == null) {
            log.warn(
                    "request {} of {} has no response after {} s, and no thread serves it: its future has not completed",
                    response.requestId(),
                    route,
                    seconds);
        } else {
            log.warn(
                    "request {} of {} has no response after {} s: its handler blocks (reported once for each route)",
                    response.requestId(),
                    route,
                    seconds,
                    new StackOfThread(thread));
        }
    }

    /** Shows the stack of another thread in the log. */
    private static final class StackOfThread extends Exception {
        private static final long serialVersionUID = 1L;

        private StackOfThread(Thread thread) {
            super("the stack of the thread " + thread.getName(), null, false, true);
            setStackTrace(thread.getStackTrace());
        }
    }
}
