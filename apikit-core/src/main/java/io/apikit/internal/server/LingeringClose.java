package io.apikit.internal.server;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.NanoTime;
import org.eclipse.jetty.util.thread.Scheduler;
import org.eclipse.jetty.util.thread.SerializedInvoker;
import org.jspecify.annotations.Nullable;

/**
 * Reads and discards for a while what a refused caller is still sending. If the connection were closed at once, it
 * would be reset, and the response lost before the caller reads it (RFC 9112, section 9.6). Jetty closes at once:
 * without this class RefusedUploadsTest.whoIsStillSendingSeesWhatTheHandlerSays ends in a broken pipe. Blocks no
 * thread. Nothing is read after the end.
 */
final class LingeringClose {
    /** Jetty's own default: a body that arrives as fast as it is read must not delay the response. */
    private static final int MOST_READS_BEFORE_RESPONSE = 16;

    /** What can be in transit: at both ends together, Linux holds at most 6 MiB and 4 MiB of a connection. */
    private static final long MOST_BYTES = 10 << 20;

    private static final long LONGEST_NANOS = Duration.ofSeconds(5).toNanos();

    /** The time that a stop may have to wait. */
    private static final long CHECK_MS = 200;

    private final SerializedInvoker oneAtATime = new SerializedInvoker(LingeringClose.class);
    private final Request request;
    private final Callback done;
    private final long since = NanoTime.now();
    private Scheduler.@Nullable Task nextCheck;
    private long discarded;
    private boolean isOver;

    private LingeringClose(Request request, Callback done) {
        this.request = request;
        this.done = done;
    }

    /**
     * Discards what has arrived of the body and returns whether that was its end. Unlike
     * {@link Request#consumeAvailable()}, which fails all that arrives later, it leaves that to be read.
     */
    static boolean discardsAll(Request request) {
        for (var reads = 0; reads < MOST_READS_BEFORE_RESPONSE; reads++) {
            var chunk = request.read();
            if (chunk == null || Content.Chunk.isFailure(chunk)) {
                return false;
            }
            chunk.release();
            if (chunk.isLast()) {
                return true;
            }
        }
        return false;
    }

    /** Returns a callback for the response, which lingers and then completes {@code done}. */
    static Callback before(Callback done, Request request) {
        return Callback.from(() -> begin(done, request), done::failed);
    }

    private static void begin(Callback done, Request request) {
        if (waitsForContinue(request)) {
            done.succeeded();
        } else {
            var linger = new LingeringClose(request, done);
            linger.oneAtATime.run(linger::readOn, linger::check);
        }
    }

    /** Such a client sends no body after a final response (RFC 9110, section 10.1.1). */
    private static boolean waitsForContinue(Request request) {
        return Request.getContentBytesRead(request) == 0
                && request.getHeaders().contains(HttpHeader.EXPECT, HttpHeaderValue.CONTINUE.asString());
    }

    private void readOn() {
        while (!isOver) {
            var chunk = isTimeLeft() ? request.read() : Content.Chunk.EOF;
            if (chunk == null) {
                request.demand(() -> oneAtATime.run(this::readOn));
                return;
            }
            discarded += chunk.remaining();
            chunk.release();
            if (chunk.isLast() || Content.Chunk.isFailure(chunk) || discarded > MOST_BYTES) {
                end();
            }
        }
    }

    /** Ends the lingering of a caller that falls silent, for which {@link #readOn()} does not run. */
    private void check() {
        if (!isOver && isTimeLeft()) {
            var components = request.getComponents();
            Runnable again = () -> oneAtATime.run(this::check);
            nextCheck = components
                    .getScheduler()
                    .schedule(() -> components.getExecutor().execute(again), CHECK_MS, TimeUnit.MILLISECONDS);
        } else if (!isOver) {
            end();
        }
    }

    /** There is none while the server stops, which would have to wait. */
    private boolean isTimeLeft() {
        return NanoTime.since(since) < LONGEST_NANOS
                && request.getConnectionMetaData().getConnector().getServer().isRunning();
    }

    private void end() {
        isOver = true;
        if (nextCheck != null) {
            nextCheck.cancel();
        }
        done.succeeded();
    }
}
