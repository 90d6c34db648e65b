package io.apikit.internal.server;

import io.apikit.internal.util.CurrentRequest;
import io.apikit.ops.RequestId;
import io.javalin.http.Context;
import io.javalin.router.Endpoints;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.NanoTime;
import org.jspecify.annotations.Nullable;

/**
 * The response of one request, below everything that can write one: handlers, plugins, filters, streams. A response
 * with a status of 400 or more leaves in the error shape, whatever wrote it. Its text becomes the {@code
 * error_content}. A body with a JSON type can only be the author's own, since all others use the error shape: it is
 * passed on as it is.
 */
public final class ErrorShapingResponse extends Response.Wrapper implements CurrentRequest {

    /** They describe the body that the error replaces. */
    private static final List<HttpHeader> OF_REPLACED_BODY =
            List.of(HttpHeader.CONTENT_LENGTH, HttpHeader.CONTENT_ENCODING, HttpHeader.ETAG, HttpHeader.LAST_MODIFIED);

    /** Set by a handler that then failed; kept if a handler responds with an error on purpose. */
    private static final List<String> OF_SUCCESS = List.of("Cache-Control", "Expires", "Content-Disposition");

    private final String requestId;
    private final HttpField idField;
    private final CachePolicy cachePolicy;
    private final CapturedErrorText written = new CapturedErrorText();
    private volatile @Nullable ErrorBody error;
    private volatile @Nullable Context context;
    private volatile @Nullable Thread thread;
    private volatile boolean isAborted;
    private volatile boolean isCutOff;
    private volatile long endNanos;
    private volatile boolean isEnded;
    private volatile @Nullable String allowedOrigin;
    private volatile boolean isShared;
    private volatile boolean isWaiting;
    private volatile @Nullable EndRecorder unfinished;
    private long handedBytes;
    private boolean isFinal;

    private ErrorShapingResponse(Request request, Response response, String requestId, CachePolicy cachePolicy) {
        super(request, response);
        this.requestId = requestId;
        this.idField = new HttpField(RequestId.HEADER, requestId);
        this.cachePolicy = cachePolicy;
    }

    static ErrorShapingResponse begin(Request request, Response response, CachePolicy cachePolicy) {
        var id = RequestId.acceptOrGenerate(request.getHeaders().getValuesList(RequestId.HEADER));
        var shaping = new ErrorShapingResponse(request, response, id, cachePolicy);
        request.setAttribute(ATTRIBUTE, shaping);
        request.setAttribute(RequestId.ATTRIBUTE, id);
        response.getHeaders().put(shaping.idField);
        return shaping;
    }

    /** Returns the response of a request; empty in an app whose server is not the library's. */
    public static Optional<ErrorShapingResponse> of(Context ctx) {
        return Optional.ofNullable(ctx.attribute(ATTRIBUTE));
    }

    static Optional<ErrorShapingResponse> of(Request request) {
        return Optional.ofNullable((ErrorShapingResponse) request.getAttribute(ATTRIBUTE));
    }

    /** Sets the context of the request as soon as Javalin has one. */
    public void setContext(Context context) {
        this.context = context;
    }

    @Override
    public boolean isOf(Context ctx) {
        return context == ctx;
    }

    /** Returns an attribute of the servlet request: Jetty keeps some of them from the server's own handlers. */
    Optional<Object> servletAttribute(String name) {
        return Optional.ofNullable(context).map(ctx -> ctx.attribute(name));
    }

    /** Returns the path of the last route that the request met, as it was registered. */
    Optional<String> route() {
        return Optional.ofNullable(context)
                .map(Context::endpoints)
                .map(Endpoints::lastHttpEndpoint)
                .map(endpoint -> endpoint.path);
    }

    /** Declares whether the request waits until fewer others run. */
    void setWaiting(boolean waiting) {
        this.isWaiting = waiting;
    }

    boolean isWaiting() {
        return isWaiting;
    }

    /** Declares that this thread runs the handlers. */
    void enterThread() {
        thread = Thread.currentThread();
    }

    /** Declares that the thread has left the handlers: the rest of the request is asynchronous. */
    void leaveThread() {
        if (thread == Thread.currentThread()) {
            thread = null;
        }
    }

    /** Returns the thread that runs the handlers; null if none does at the moment. */
    @Nullable
    Thread thread() {
        return thread;
    }

    String requestId() {
        return requestId;
    }

    /** Returns when the response was sent. What the server reads of a refused body after that does not count. */
    long endNanos() {
        return isEnded ? endNanos : NanoTime.now();
    }

    /** Returns whether a part of the response could not be sent, or must not be. */
    boolean isCutOff() {
        return isCutOff;
    }

    /** Returns whether an exception says that its thread was interrupted, as those of a server that stops are. */
    public boolean isCutOffBy(Throwable thrown) {
        return isStopping()
                && Stream.iterate(thrown, each -> each != null, Throwable::getCause)
                        .anyMatch(each -> each instanceof InterruptedException
                                || each instanceof InterruptedIOException
                                || each instanceof ClosedByInterruptException);
    }

    private boolean isStopping() {
        return getRequest().getConnectionMetaData().getConnector().getServer().isStopping();
    }

    /** Permits the page at this origin to read the response; no page if it is empty. */
    void allowOrigin(String origin) {
        this.allowedOrigin = origin;
    }

    /** Declares that the response is the same for all callers. */
    public void markShared() {
        this.isShared = true;
    }

    /** Sets the body of a thrown error. It is used if the status is still that of the error at the end. */
    void setError(ErrorBody error) {
        this.error = error;
    }

    /** Declares that the body that follows is an error in its final shape. */
    public void markFinal() {
        addHeaders();
        this.isFinal = true;
    }

    /**
     * Discards what a handler has written before it failed. If the caller has a part of it, the connection is cut off,
     * so that the caller does not take that part for the whole.
     */
    public void discard() {
        if (isCommitted()) {
            this.isAborted = true;
        } else {
            written.clear();
            OF_SUCCESS.forEach(getHeaders()::remove);
        }
    }

    @Override
    public void write(boolean last, @Nullable ByteBuffer bytes, Callback then) {
        var callback = new EndRecorder(last, bytes, then);
        handedBytes += callback.remaining();
        if (isAborted && !hasLastWrite()) {
            callback.failed(new EofException("the response was cut off"));
        } else if (isFinal || isCommitted()) {
            super.write(last, bytes, callback);
        } else if (getStatus() < 400) {
            addHeaders();
            super.write(last, bytes, callback);
        } else if (isAuthorsJson(bytes)) {
            markFinal();
            ErrorResponses.useStandardReason(getRequest(), getStatus());
            super.write(last, bytes, callback);
        } else {
            written.add(bytes);
            writeError(last, callback);
        }
        if (!callback.isDone) {
            unfinished = callback;
        }
    }

    /** Returns how many bytes the connection has taken while others wait for the client; empty if none wait. */
    static OptionalLong takenBytes(Request request) {
        return request.getAttribute(ATTRIBUTE) instanceof ErrorShapingResponse response
                ? response.takenBytes()
                : OptionalLong.empty();
    }

    private OptionalLong takenBytes() {
        var waiting = unfinished;
        return waiting == null || waiting.isDone
                ? OptionalLong.empty()
                : OptionalLong.of(handedBytes - waiting.remaining());
    }

    private boolean isAuthorsJson(@Nullable ByteBuffer bytes) {
        return bytes != null
                && bytes.hasRemaining()
                && JsonBytes.isJson(getHeaders().get(HttpHeader.CONTENT_TYPE));
    }

    private void writeError(boolean last, Callback callback) {
        if (!last) {
            callback.succeeded();
            return;
        }
        isFinal = true;
        var body = errorBody();
        OF_REPLACED_BODY.forEach(getHeaders()::remove);
        addHeaders();
        super.write(true, ErrorResponses.body(getRequest(), this, body), callback);
    }

    private ErrorBody errorBody() {
        var status = getStatus();
        var thrown = error;
        var text = written.read(getHeaders());
        if (text.isEmpty() && thrown != null && thrown.status() == status) {
            return thrown;
        }
        return ErrorBody.of(status, text.orElse(status == 500 ? "request id " + requestId : null));
    }

    private void addHeaders() {
        var headers = getHeaders();
        var present = PresentHeaders.in(headers, requestId);
        if (!present.hasIdAlone) {
            headers.put(idField);
        }
        if (present.hasNoSniff) {
            CachePolicy.addNoSniff(headers);
        } else {
            headers.add(CachePolicy.NO_SNIFF);
        }
        if (!present.hasCacheControl && (!isShared || CachePolicy.isOfCheckedCaller(getRequest()))) {
            cachePolicy.markPrivate(getRequest(), headers);
        }
        if (allowedOrigin != null) {
            CorsHandler.addHeaders(allowedOrigin, headers);
        }
        if (present.hasCoding) {
            ErrorResponses.addVary(headers, HttpHeader.ACCEPT_ENCODING);
        }
        if (isStopping() && getRequest().getConnectionMetaData().getHttpVersion() == HttpVersion.HTTP_1_1) {
            headers.put(HttpHeader.CONNECTION, "close");
        }
    }

    /** Which of the headers that may be added are there already. Each search would go through all of them. */
    private record PresentHeaders(boolean hasIdAlone, boolean hasNoSniff, boolean hasCacheControl, boolean hasCoding) {
        static PresentHeaders in(HttpFields headers, String requestId) {
            int ids = 0;
            boolean hasId = false;
            boolean hasNoSniff = false;
            boolean hasCacheControl = false;
            boolean hasCoding = false;
            for (var field : headers) {
                if (field.is(RequestId.HEADER)) {
                    ids++;
                    hasId |= requestId.equals(field.getValue());
                }
                hasNoSniff |= field.is(CachePolicy.NO_SNIFF.getName());
                hasCacheControl |= field.getHeader() == HttpHeader.CACHE_CONTROL;
                hasCoding |= field.getHeader() == HttpHeader.CONTENT_ENCODING;
            }
            return new PresentHeaders(hasId && ids == 1, hasNoSniff, hasCacheControl, hasCoding);
        }
    }

    /** Records the end of the response, and whether the client has disconnected, which Javalin does not report. */
    private final class EndRecorder extends Callback.Nested {
        private final boolean last;
        private final @Nullable ByteBuffer bytes;
        private volatile boolean isDone;

        private EndRecorder(boolean last, @Nullable ByteBuffer bytes, Callback then) {
            super(then);
            this.last = last;
            this.bytes = bytes;
        }

        /** Returns what the connection has not taken yet of the bytes of this write. */
        private int remaining() {
            return bytes == null ? 0 : bytes.remaining();
        }

        @Override
        public void succeeded() {
            isDone = true;
            if (last) {
                endNanos = NanoTime.now();
                isEnded = true;
            }
            super.succeeded();
        }

        @Override
        public void failed(Throwable failure) {
            isDone = true;
            isCutOff = true;
            super.failed(failure);
        }
    }
}
