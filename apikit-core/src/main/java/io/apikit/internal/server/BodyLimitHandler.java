package io.apikit.internal.server;

import jakarta.servlet.MultipartConfigElement;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
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

/**
 * Limits the length of every body and the time it takes, however it is read. A request without a body just passes.
 *
 * <p>Jetty's own handlers do not replace it (Jetty 12.1.12). {@code SizeLimitHandler} has one limit for all media
 * types: in InboundLimitsTest.aFormMayHoldSixteenMegabytesAndNoMore the form gets a 413. It also closes the connection
 * of a client that is still sending: in InboundLimitsTest.twoMegabytesOfBodyAre413HoweverTheyAreRead the client gets no
 * response. {@code MinimumDataRateHandler} counts the time in which the service does not read: in
 * InboundLimitsTest.aBodyThatTheServiceReadsSlowlyIsServed the response is a 408.
 */
public final class BodyLimitHandler extends Handler.Wrapper {
    private final BodyLimits limits;
    private final Duration graceTime;

    /**
     * The limits of one body.
     *
     * @param bytes of a body that is no multipart form
     * @param formBytes of a multipart form that the service reads as a stream; a form that is parsed has the limit of
     *     the servlet's multipart configuration
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
        var isForm = isForm(request);
        if (!isForm && request.getLength() > limits.bytes) {
            ErrorResponses.refuse(request, response, callback, ErrorBody.of(413, null));
            return true;
        }
        var body = new LimitedBody(request, response, isForm);
        ConnectionWatch.onBody(request, body);
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

    /**
     * A request whose body ends with an error once it is too long, or too slow after the grace time. What is no content
     * counts as waiting: chunk extensions, empty lines, trailers. The rate is checked whenever bytes have come, and by
     * the {@link ConnectionWatch} for those that TLS has not decrypted yet.
     */
    private final class LimitedBody extends Request.Wrapper implements WatchedConnection.AwaitedBody {
        private final Response response;
        private final boolean isForm;
        private final AtomicReference<@Nullable Runnable> waiter = new AtomicReference<>();
        private volatile Content.@Nullable Chunk refusal;
        private volatile boolean isRead;
        private volatile boolean isAwaited;
        private volatile long awaitedSince;
        private long bytes;
        private long waitedNanos;

        LimitedBody(Request request, Response response, boolean isForm) {
            super(request);
            this.response = response;
            this.isForm = isForm;
        }

        /** Returns the callback for a response: a caller that gets an error may still be sending. */
        Callback whenDone(Callback callback) {
            return new Callback.Nested(callback) {
                @Override
                public void succeeded() {
                    if (isRead || isAwaited || response.getStatus() < 400) {
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
            var limit = limit();
            if (getLength() > limit) {
                return refuse(413, "more than the service takes");
            }
            var chunk = super.read();
            if (chunk == null) {
                return isTooSlow(0) ? refuseSlow() : null;
            }
            return Content.Chunk.isFailure(chunk) ? chunk : counted(chunk, limit);
        }

        private Content.Chunk counted(Content.Chunk chunk, long limit) {
            isRead = chunk.isLast();
            bytes += chunk.remaining();
            if (bytes > limit) {
                chunk.release();
                return refuse(413, "more than the service takes");
            }
            if (!chunk.isLast() && isTooSlow(0)) {
                chunk.release();
                return refuseSlow();
            }
            return chunk;
        }

        /** The parser of a form has its configuration set just before it reads, and enforces a lower limit itself. */
        private long limit() {
            if (!isForm) {
                return limits.bytes;
            }
            var parser = ErrorShapingResponse.of(getWrapped())
                    .flatMap(shaping -> shaping.servletAttribute(ServletContextRequest.MULTIPART_CONFIG_ELEMENT));
            if (parser.orElse(null) instanceof MultipartConfigElement config) {
                var most = config.getMaxRequestSize();
                return most < 0 ? Long.MAX_VALUE : Math.max(most, limits.bytes);
            }
            return limits.formBytes;
        }

        /** Called just before the response, which must close the connection if a part of the body is not read. */
        @Override
        public boolean consumeAvailable() {
            isRead = LingeringClose.discardsAll(getWrapped());
            if (!isRead) {
                closeUnlessCommitted();
            }
            return isRead;
        }

        @Override
        public void demand(Runnable onAvailable) {
            if (refusal != null) {
                onAvailable.run();
                return;
            }
            var since = NanoTime.now();
            awaitedSince = since;
            isAwaited = true;
            waiter.set(onAvailable);
            super.demand(Invocable.from(Invocable.getInvocationType(onAvailable), () -> {
                isAwaited = false;
                waitedNanos += NanoTime.since(since);
                wake();
            }));
        }

        /** Only one of the two that may wake the reader does: the bytes that have come, or the end of the time. */
        private void wake() {
            var woken = waiter.getAndSet(null);
            if (woken != null) {
                woken.run();
            }
        }

        @Override
        public OptionalLong awaitedSince() {
            return waiter.get() == null ? OptionalLong.empty() : OptionalLong.of(awaitedSince);
        }

        @Override
        public void checkPace() {
            var awaited = waiter.get();
            if (awaited != null && isTooSlow(NanoTime.since(awaitedSince)) && waiter.compareAndSet(awaited, null)) {
                refuseSlow();
                if (Invocable.getInvocationType(awaited) == Invocable.InvocationType.BLOCKING) {
                    getComponents().getExecutor().execute(awaited);
                } else {
                    awaited.run();
                }
            }
        }

        private Content.Chunk refuseSlow() {
            return refuse(408, "the body came too slowly");
        }

        /** The time in which the service does not ask for more is not the caller's. */
        private boolean isTooSlow(long nowWaitingNanos) {
            var countedNanos = waitedNanos + nowWaitingNanos - graceTime.toNanos();
            return limits.bytesPerSecond > 0
                    && countedNanos > 0
                    && countedNanos / 1_000_000_000.0 * limits.bytesPerSecond > bytes;
        }

        private Content.Chunk refuse(int status, String reason) {
            closeUnlessCommitted();
            var failed = Content.Chunk.from(new HttpException.RuntimeException(status, reason), true);
            refusal = failed;
            return failed;
        }

        private void closeUnlessCommitted() {
            if (!response.isCommitted()) {
                ErrorResponses.closeConnection(getWrapped(), response);
            }
        }
    }
}
