package io.apikit;

import java.time.Duration;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.NanoTime;
import org.eclipse.jetty.util.thread.Invocable;
import org.jspecify.annotations.Nullable;

/** A request whose body ends with an error once it is too long, or came too slowly for as long as it was waited for. */
final class LimitedBody extends Request.Wrapper {
    private final Response response;
    private final long most;
    private final int leastPerSecond;
    private final long patienceNanos;
    private volatile Content.@Nullable Chunk refusal;
    private volatile boolean isOver;
    private volatile boolean isAwaited;
    private long read;
    private long waitedNanos;

    LimitedBody(Request request, Response response, long most, int leastPerSecond, Duration patience) {
        super(request);
        this.response = response;
        this.most = most;
        this.leastPerSecond = leastPerSecond;
        this.patienceNanos = patience.toNanos();
    }

    /** A refused caller may still be sending; whoever refused it. */
    Callback whenDone(Callback callback) {
        return new Callback.Nested(callback) {
            @Override
            public void succeeded() {
                if (isOver || isAwaited || response.getStatus() < 400) {
                    super.succeeded();
                } else {
                    Linger.before(getCallback(), getWrapped()).succeeded();
                }
            }
        };
    }

    @Override
    public Content.@Nullable Chunk read() {
        if (refusal != null) {
            return refusal;
        }
        var chunk = super.read();
        if (chunk == null || Content.Chunk.isFailure(chunk)) {
            return chunk;
        }
        isOver = chunk.isLast();
        read += chunk.remaining();
        if (read > most) {
            return refuse(chunk, 413, "more than the service takes");
        }
        return !chunk.isLast() && isTooSlow() ? refuse(chunk, 408, "the body came too slowly") : chunk;
    }

    /** Asked just before the answer: then it must say that the connection ends, if that was not all. */
    @Override
    public boolean consumeAvailable() {
        isOver = Linger.dropsAll(getWrapped());
        if (!isOver) {
            closeUnlessCommitted();
        }
        return isOver;
    }

    @Override
    public void demand(Runnable whenThere) {
        var since = NanoTime.now();
        isAwaited = true;
        super.demand(Invocable.from(Invocable.getInvocationType(whenThere), () -> {
            isAwaited = false;
            waitedNanos += NanoTime.since(since);
            whenThere.run();
        }));
    }

    /** Time in which the service did not ask for more is its own. */
    private boolean isTooSlow() {
        return leastPerSecond > 0
                && waitedNanos > patienceNanos
                && (waitedNanos - patienceNanos) / 1_000_000_000.0 * leastPerSecond > read;
    }

    private Content.Chunk refuse(Content.Chunk chunk, int status, String reason) {
        chunk.release();
        closeUnlessCommitted();
        var failed = Content.Chunk.from(new HttpException.RuntimeException(status, reason), true);
        refusal = failed;
        return failed;
    }

    private void closeUnlessCommitted() {
        if (!response.isCommitted()) {
            ErrorAnswer.close(getWrapped(), response);
        }
    }
}
