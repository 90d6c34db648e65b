package io.apikit.internal.server;

import java.time.Duration;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.http.MimeTypes;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.NanoTime;
import org.eclipse.jetty.util.thread.Invocable;
import org.jspecify.annotations.Nullable;

/** Bounds every body, whoever reads it and however it comes; a request without one just passes. */
public final class BodyLimitHandler extends Handler.Wrapper {
    private final BodyLimits limits;
    private final Duration graceTime;

    /**
     * The limits of one body.
     *
     * @param bytes of a body that is no multipart form
     * @param formBytes of a multipart form
     * @param bytesPerSecond the minimum rate; 0 for none
     */
    public record BodyLimits(long bytes, long formBytes, int bytesPerSecond) {}

    /** @param graceTime of waiting for a body, which does not count for its rate */
    BodyLimitHandler(BodyLimits limits, Duration graceTime) {
        this.limits = limits;
        this.graceTime = graceTime;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        if (!hasBody(request)) {
            return super.handle(request, response, callback);
        }
        var limit = isForm(request) ? limits.formBytes : limits.bytes;
        if (request.getLength() > limit) {
            ErrorResponses.refuse(request, response, callback, ErrorBody.of(413, null));
            return true;
        }
        var body = new LimitedBody(request, response, limit, limits.bytesPerSecond, graceTime);
        return super.handle(body, response, body.whenDone(callback));
    }

    private static boolean hasBody(Request request) {
        var length = request.getLength();
        return length > 0
                || (length < 0
                        && (request.getHeaders().contains(HttpHeader.TRANSFER_ENCODING)
                                || request.getConnectionMetaData()
                                                .getHttpVersion()
                                                .getVersion()
                                        >= HttpVersion.HTTP_2.getVersion()));
    }

    private static boolean isForm(Request request) {
        var type = request.getHeaders().get(HttpHeader.CONTENT_TYPE);
        return type != null
                && "multipart/form-data"
                        .equalsIgnoreCase(MimeTypes.getBase(type).strip());
    }

    /** A request whose body ends with an error once it is too long, or came too slowly for as long as it was waited for. */
    static final class LimitedBody extends Request.Wrapper {
        private final Response response;
        private final long most;
        private final int leastPerSecond;
        private final long graceNanos;
        private volatile Content.@Nullable Chunk refusal;
        private volatile boolean isOver;
        private volatile boolean isAwaited;
        private long read;
        private long waitedNanos;

        LimitedBody(Request request, Response response, long most, int leastPerSecond, Duration graceTime) {
            super(request);
            this.response = response;
            this.most = most;
            this.leastPerSecond = leastPerSecond;
            this.graceNanos = graceTime.toNanos();
        }

        /** A refused caller may still be sending; whoever refused it. */
        Callback whenDone(Callback callback) {
            return new Callback.Nested(callback) {
                @Override
                public void succeeded() {
                    if (isOver || isAwaited || response.getStatus() < 400) {
                        super.succeeded();
                    } else {
                        LingeringClose.before(getCallback(), getWrapped()).succeeded();
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
            isOver = LingeringClose.dropsAll(getWrapped());
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
                    && waitedNanos > graceNanos
                    && (waitedNanos - graceNanos) / 1_000_000_000.0 * leastPerSecond > read;
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
                ErrorResponses.close(getWrapped(), response);
            }
        }
    }
}
