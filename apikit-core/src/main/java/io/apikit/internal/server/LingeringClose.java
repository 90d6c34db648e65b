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
 * Reads on for a while what a refused caller is still sending, and drops it: closed at once, its connection would be
 * reset, and the answer lost before the caller has looked for it (RFC 9112, section 9.6). Blocks no thread; nothing is
 * read any more once all is done.
 */
final class LingeringClose {
    /** Jetty's own default: what comes as fast as it is read must not be waited for before the answer. */
    private static final int MOST_READS_BEFORE_THE_ANSWER = 16;
    /** What may be on its way: at both ends together, Linux holds no more than 6 MiB and 4 MiB of a connection. */
    private static final long MOST_BYTES = 10 << 20;

    private static final long LONGEST_NANOS = Duration.ofSeconds(5).toNanos();
    /** So much a stop may have to wait. */
    private static final long LOOK_MS = 200;

    private final SerializedInvoker oneAtATime = new SerializedInvoker(LingeringClose.class);
    private final Request request;
    private final Callback done;
    private final long since = NanoTime.now();
    private Scheduler.@Nullable Task nextLook;
    private long dropped;
    private boolean isOver;

    private LingeringClose(Request request, Callback done) {
        this.request = request;
        this.done = done;
    }

    /**
     * Whether that was all of the body. Unlike {@link Request#consumeAvailable()}, which fails whatever comes later, it
     * leaves that to be read.
     */
    static boolean dropsAll(Request request) {
        for (var reads = 0; reads < MOST_READS_BEFORE_THE_ANSWER; reads++) {
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

    /** To be called once the answer is out; then it lingers, and then all is done. */
    static Callback before(Callback done, Request request) {
        return Callback.from(() -> begin(done, request), done::failed);
    }

    private static void begin(Callback done, Request request) {
        if (waitsToBeAsked(request)) {
            done.succeeded();
        } else {
            var linger = new LingeringClose(request, done);
            linger.oneAtATime.run(linger::readOn, linger::look);
        }
    }

    /** RFC 9110, section 10.1.1: having its answer, it sends no body. */
    private static boolean waitsToBeAsked(Request request) {
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
            dropped += chunk.remaining();
            chunk.release();
            if (chunk.isLast() || Content.Chunk.isFailure(chunk) || dropped > MOST_BYTES) {
                end();
            }
        }
    }

    /** A caller that falls silent does not make {@link #readOn()} run. */
    private void look() {
        if (!isOver && isTimeLeft()) {
            var components = request.getComponents();
            Runnable onceMore = () -> oneAtATime.run(this::look);
            nextLook = components
                    .getScheduler()
                    .schedule(() -> components.getExecutor().execute(onceMore), LOOK_MS, TimeUnit.MILLISECONDS);
        } else if (!isOver) {
            end();
        }
    }

    /** None while the server stops: that would have to wait. */
    private boolean isTimeLeft() {
        return NanoTime.since(since) < LONGEST_NANOS
                && request.getConnectionMetaData().getConnector().getServer().isRunning();
    }

    private void end() {
        isOver = true;
        if (nextLook != null) {
            nextLook.cancel();
        }
        done.succeeded();
    }
}
