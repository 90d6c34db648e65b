package io.apikit.http.internal.client;

import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import io.apikit.http.RequestBody;
import io.apikit.http.internal.resilience.TransportFailure;
import io.apikit.http.internal.resilience.TransportFailures;
import io.apikit.http.internal.url.RequestTarget;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpMessage;
import org.apache.hc.core5.http.io.entity.AbstractHttpEntity;

/** Converts requests to the HTTP client's, and its responses to ours. */
final class ApacheMessages {
    private static final String ACCEPT_ENCODING = "Accept-Encoding";
    private static final String CONTENT_TYPE = "Content-Type";
    private static final String CONTENT_ENCODING = "Content-Encoding";
    private static final String CONTENT_LENGTH = "Content-Length";

    /**
     * A longer body is sent once the backend asks for it (RFC 9110, section 10.1.1), so that the response to an expired
     * login comes before the body is sent. Servers read this much of a body that they reject (Go's, and so oauth2-proxy,
     * 256 KiB), and then reset the connection, and the response is lost.
     */
    private static final int ASK_FIRST_ABOVE = 256 << 10;

    private static final int FIRST_PIECE = 2 << 10;

    private ApacheMessages() {}

    /** Returns whether a body is one that is sent once the backend asks for it. */
    static boolean isLong(RequestBody body) {
        return body.length() < 0 || body.length() > ASK_FIRST_ABOVE;
    }

    /** @param prefix a path that ends in no slash, encoded as the target is */
    static HttpUriRequestBase request(URI origin, String prefix, BackendRequest request) {
        var message = new HttpUriRequestBase(request.method(), origin);
        message.setPath(request.attachment(RequestTarget.Literal.class)
                .map(RequestTarget.Literal::value)
                .orElseGet(() -> prefix + request.target()));
        request.headers().forEach(message::addHeader);
        if (!message.containsHeader(ACCEPT_ENCODING)) {
            message.addHeader(ACCEPT_ENCODING, ContentCodings.OFFERED);
        }
        request.body().ifPresent(body -> addBody(message, body));
        return message;
    }

    private static void addBody(HttpUriRequestBase message, RequestBody body) {
        message.setEntity(new RequestEntity(body, message::cancel));
        if (!message.containsHeader(CONTENT_TYPE)) {
            message.addHeader(CONTENT_TYPE, body.contentType());
        }
        if (body.length() < 0) {
            // Otherwise the client would send the last chunk of a body that is not wanted, to a server that may be
            // gone.
            message.addHeader("Connection", "close");
        }
    }

    /** Reads the whole response. Of a body, decoded, at most one byte beyond the limit is read. */
    static BackendResponse response(ClassicHttpResponse message, TransportFailures failures, long bodyLimitBytes)
            throws IOException, TransportFailure {
        var entity = message.getEntity();
        var body = entity == null ? new byte[0] : body(message, entity, failures, (int) bodyLimitBytes + 1);
        if (body.length > bodyLimitBytes) {
            throw failures.bodyTooLarge(bodyLimitBytes);
        }
        return BackendResponse.received(
                message.getCode(), message.getReasonPhrase(), headers(message, body.length > 0), body);
    }

    private static byte[] body(HttpMessage message, HttpEntity entity, TransportFailures failures, int most)
            throws IOException, TransportFailure {
        var content = entity.getContent();
        if (content == null) {
            return new byte[0];
        }
        var codings = ContentCodings.of(message);
        return codings.isEmpty()
                ? read(content, entity.getContentLength(), most)
                : codings.read(content, entity, failures, decoded -> read(decoded, -1, most));
    }

    /** Reads in one piece where the length is known or small: the stream would take 16 KiB for a body of four bytes. */
    private static byte[] read(InputStream content, long length, int most) throws IOException {
        int expected = (int) Math.min(most, length < 0 ? FIRST_PIECE : length + 1);
        var first = content.readNBytes(expected);
        return first.length < expected ? first : joined(first, content.readNBytes(most - expected));
    }

    private static byte[] joined(byte[] first, byte[] rest) {
        var whole = Arrays.copyOf(first, first.length + rest.length);
        System.arraycopy(rest, 0, whole, first.length, rest.length);
        return whole;
    }

    /** Leaves out the encoding and length of a body that was decoded: they are those of the encoded one. */
    private static Map<String, List<String>> headers(HttpMessage message, boolean hasBody) {
        var all = headers(message);
        if (hasBody && message.containsHeader(CONTENT_ENCODING)) {
            remove(all, CONTENT_ENCODING);
            remove(all, CONTENT_LENGTH);
        }
        return all;
    }

    private static void remove(Map<String, List<String>> headers, String name) {
        headers.keySet().removeIf(name::equalsIgnoreCase);
    }

    /** Returns the headers as they came, except a length that does not count, and codings that are none. */
    static Map<String, List<String>> headers(HttpMessage message) {
        var headers = new LinkedHashMap<String, List<String>>();
        for (var header : message.getHeaders()) {
            // A list of one costs less than one that can grow, and next to no name occurs twice.
            headers.merge(header.getName(), List.of(header.getValue()), ApacheMessages::joined);
        }
        if (message.containsHeader("Transfer-Encoding")) {
            remove(headers, CONTENT_LENGTH); // Chunks override a length (RFC 9112, section 6.3).
        }
        if (message.containsHeader(CONTENT_ENCODING)
                && ContentCodings.of(message).isEmpty()) {
            remove(headers, CONTENT_ENCODING);
        }
        return headers;
    }

    private static List<String> joined(List<String> some, List<String> more) {
        return Stream.concat(some.stream(), more.stream()).toList();
    }

    /** A body as an entity of the HTTP client. */
    static final class RequestEntity extends AbstractHttpEntity {
        private final RequestBody body;
        private final Runnable abort;
        private boolean isBegun;

        RequestEntity(RequestBody body, Runnable abort) {
            super((String) null, null, body.length() < 0);
            this.body = body;
            this.abort = abort;
        }

        /** Returns whether the body is as it was: it can be sent again, or none of it has been read. */
        boolean isSendable() {
            return body.isReplayable() || !isBegun;
        }

        @Override
        public long getContentLength() {
            return body.length();
        }

        @Override
        public boolean isRepeatable() {
            return body.isReplayable();
        }

        @Override
        public boolean isStreaming() {
            return !body.isReplayable();
        }

        @Override
        public void writeTo(OutputStream out) throws IOException {
            isBegun = true;
            try {
                body.writeTo(out);
            } catch (RuntimeException e) {
                // First of all: otherwise the client would send the last chunk, and the backend would take the body for
                // whole.
                abort.run();
                throw e;
            }
        }

        @Override
        public InputStream getContent() {
            throw new UnsupportedOperationException("a body is written, not read");
        }

        @Override
        public void close() {
            // Nothing is open between two writes.
        }
    }
}
