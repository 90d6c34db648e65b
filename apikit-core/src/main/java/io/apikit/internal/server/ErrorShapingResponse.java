package io.apikit.internal.server;

import io.apikit.ops.RequestId;
import io.javalin.http.Context;
import io.javalin.router.Endpoints;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.NanoTime;
import org.jspecify.annotations.Nullable;

/**
 * One request's way out, below everything that can write an answer: handlers, plugins, filters, streams. What passes
 * here with a status of 400 or more leaves in the error shape, whoever wrote it; text that came with it becomes the
 * {@code error_content}.
 */
public final class ErrorShapingResponse extends Response.Wrapper {
    private static final String ATTRIBUTE = ErrorShapingResponse.class.getName();

    /** They describe the body that the error takes the place of. */
    private static final List<HttpHeader> OF_ANOTHER_BODY =
            List.of(HttpHeader.CONTENT_LENGTH, HttpHeader.CONTENT_ENCODING, HttpHeader.ETAG, HttpHeader.LAST_MODIFIED);

    /** Set for the success that was to be; kept where a handler answers with an error on purpose. */
    private static final List<String> OF_A_SUCCESS = List.of("Cache-Control", "Expires", "Content-Disposition");

    private final String requestId;
    private final CachePolicy callersOwn;
    private final CapturedErrorText written = new CapturedErrorText();
    private volatile @Nullable ErrorBody thrown;
    private volatile @Nullable Endpoints routes;
    private volatile boolean brokenOff;
    private volatile boolean cut;
    private volatile long overNanos;
    private volatile boolean over;
    private volatile @Nullable String allowedOrigin;
    private volatile boolean forAll;
    private boolean answered;

    private ErrorShapingResponse(Request request, Response response, String requestId, CachePolicy callersOwn) {
        super(request, response);
        this.requestId = requestId;
        this.callersOwn = callersOwn;
    }

    static ErrorShapingResponse begin(Request request, Response response, CachePolicy callersOwn) {
        var id = RequestId.acceptOrGenerate(request.getHeaders().getValuesList(RequestId.HEADER));
        var exchange = new ErrorShapingResponse(request, response, id, callersOwn);
        request.setAttribute(ATTRIBUTE, exchange);
        request.setAttribute(RequestId.ATTRIBUTE, id);
        response.getHeaders().put(RequestId.HEADER, id);
        return exchange;
    }

    /** Empty in an app whose server is not ours. */
    public static Optional<ErrorShapingResponse> of(Context ctx) {
        return Optional.ofNullable(ctx.attribute(ATTRIBUTE));
    }

    static Optional<ErrorShapingResponse> of(Request request) {
        return Optional.ofNullable((ErrorShapingResponse) request.getAttribute(ATTRIBUTE));
    }

    /** The routes that this request passes, once there are some. */
    public void passes(Endpoints routes) {
        this.routes = routes;
    }

    /** The path of the route that answered, as it was registered. */
    Optional<String> route() {
        return Optional.ofNullable(routes).map(Endpoints::lastHttpEndpoint).map(endpoint -> endpoint.path);
    }

    String requestId() {
        return requestId;
    }

    /** When the answer was out; what the server may still read of a refused body is none of its time. */
    long overNanos() {
        return over ? overNanos : NanoTime.now();
    }

    /** Whether some of the answer could not be sent, or must not be. */
    boolean isCut() {
        return cut;
    }

    /** The page at this origin may read the answer; at none, if it is empty. */
    void allow(String origin) {
        this.allowedOrigin = origin;
    }

    /** The answer is the same whoever asks. */
    public void forAll() {
        this.forAll = true;
    }

    /** What a thrown error has to say; in force as long as the status stays its own. */
    void thrown(ErrorBody shape) {
        this.thrown = shape;
    }

    /** The answer that follows is an error in its final shape already. */
    public void answered() {
        addHeaders();
        this.answered = true;
    }

    /**
     * A handler failed: nothing it has said so far is meant for the caller any more. If the caller has a part of it, the
     * connection is going to be cut, or it would take that part for the whole.
     */
    public void dropAnswer() {
        if (isCommitted()) {
            this.brokenOff = true;
        } else {
            written.clear();
            OF_A_SUCCESS.forEach(getHeaders()::remove);
        }
    }

    @Override
    public void write(boolean last, ByteBuffer bytes, Callback then) {
        var callback = new Noting(last, then);
        if (brokenOff && !hasLastWrite()) {
            callback.failed(new EofException("the answer broke off"));
        } else if (answered || isCommitted()) {
            super.write(last, bytes, callback);
        } else if (getStatus() < 400) {
            addHeaders();
            super.write(last, bytes, callback);
        } else {
            written.add(bytes);
            writeError(last, callback);
        }
    }

    private void writeError(boolean last, Callback callback) {
        if (!last) {
            callback.succeeded();
            return;
        }
        answered = true;
        var shape = shape();
        OF_ANOTHER_BODY.forEach(getHeaders()::remove);
        addHeaders();
        super.write(true, ErrorResponses.body(getRequest(), this, shape), callback);
    }

    private ErrorBody shape() {
        var status = getStatus();
        var said = thrown;
        var text = written.read(getHeaders());
        if (text.isEmpty() && said != null && said.status() == status) {
            return said;
        }
        return ErrorBody.of(status, text.orElse(status == 500 ? "request id " + requestId : null));
    }

    private void addHeaders() {
        var headers = getHeaders();
        headers.put(RequestId.HEADER, requestId);
        CachePolicy.neverGuessed(headers);
        if (!forAll) {
            callersOwn.keepPrivate(getRequest(), headers);
        }
        if (allowedOrigin != null) {
            CorsHandler.allow(allowedOrigin, headers);
        }
        if (headers.contains(HttpHeader.CONTENT_ENCODING)) {
            ErrorResponses.vary(headers, HttpHeader.ACCEPT_ENCODING);
        }
        var connection = getRequest().getConnectionMetaData();
        if (connection.getConnector().getServer().isStopping() && connection.getHttpVersion() == HttpVersion.HTTP_1_1) {
            headers.put(HttpHeader.CONNECTION, "close");
        }
    }

    /** Notes what Javalin keeps to itself: that the client has gone. */
    private final class Noting extends Callback.Nested {
        private final boolean last;

        private Noting(boolean last, Callback then) {
            super(then);
            this.last = last;
        }

        @Override
        public void succeeded() {
            if (last) {
                overNanos = NanoTime.now();
                over = true;
            }
            super.succeeded();
        }

        @Override
        public void failed(Throwable failure) {
            cut = true;
            super.failed(failure);
        }
    }
}
