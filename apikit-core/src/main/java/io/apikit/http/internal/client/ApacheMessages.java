package io.apikit.http.internal.client;

import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import io.apikit.http.RequestBody;
import io.apikit.http.internal.resilience.TransportFailure;
import io.apikit.http.internal.resilience.TransportFailures;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpMessage;
import org.apache.hc.core5.http.io.entity.AbstractHttpEntity;

/** Our messages as the HTTP client's, and back. */
final class ApacheMessages {
    private static final String CONTENT_TYPE = "Content-Type";
    private static final String CONTENT_ENCODING = "Content-Encoding";
    private static final String CONTENT_LENGTH = "Content-Length";

    /**
     * A longer body waits until the backend wants it (RFC 9110, section 10.1.1), so that an expired login is told before
     * the body is sent. Servers read so much of a body they reject (Go's, and so oauth2-proxy, 256 KiB) and then reset
     * the connection, and with it their answer.
     */
    private static final int ASK_FIRST_ABOVE = 256 << 10;

    private static final int FIRST_PIECE = 2 << 10;

    private ApacheMessages() {}

    /** The prefix is a path that ends in no slash; it and the target are encoded already. */
    static HttpUriRequestBase request(URI origin, String prefix, BackendRequest request) {
        var wire = new HttpUriRequestBase(request.method(), origin);
        wire.setPath(prefix + request.target());
        request.headers().forEach(wire::addHeader);
        request.body().ifPresent(body -> addBody(wire, body));
        return wire;
    }

    private static void addBody(HttpUriRequestBase wire, RequestBody body) {
        wire.setEntity(new RequestEntity(body, wire::cancel));
        if (!wire.containsHeader(CONTENT_TYPE)) {
            wire.addHeader(CONTENT_TYPE, body.contentType());
        }
        if (body.length() < 0 || body.length() > ASK_FIRST_ABOVE) {
            wire.addHeader("Expect", "100-continue");
        }
        if (body.length() < 0) {
            // Else the client would end the chunks of a body that is not wanted, to a server that may have hung up.
            wire.addHeader("Connection", "close");
        }
    }

    /** Reads the whole answer; of a body, decoded, never more than one byte beyond the limit. */
    static BackendResponse response(ClassicHttpResponse answer, TransportFailures faults, long bodyLimitBytes)
            throws IOException, TransportFailure {
        var entity = answer.getEntity();
        var body = entity == null ? new byte[0] : body(entity, (int) bodyLimitBytes + 1);
        if (body.length > bodyLimitBytes) {
            throw faults.bodyTooLarge(bodyLimitBytes);
        }
        return BackendResponse.received(
                answer.getCode(), answer.getReasonPhrase(), headers(answer, body.length > 0), body);
    }

    /** Read in one piece where its length is known or small: the stream's own way begins with 16 KiB for a body of four. */
    private static byte[] body(HttpEntity entity, int most) throws IOException {
        var content = entity.getContent();
        if (content == null) {
            return new byte[0];
        }
        long length = entity.getContentLength();
        int expected = (int) Math.min(most, length < 0 ? FIRST_PIECE : length + 1);
        var first = content.readNBytes(expected);
        return first.length < expected ? first : joined(first, content.readNBytes(most - expected));
    }

    private static byte[] joined(byte[] first, byte[] rest) {
        var whole = Arrays.copyOf(first, first.length + rest.length);
        System.arraycopy(rest, 0, whole, first.length, rest.length);
        return whole;
    }

    /** A decoded body has neither the encoding nor the length that its headers speak of. */
    private static Map<String, List<String>> headers(HttpMessage answer, boolean hasBody) {
        var all = headers(answer);
        if (hasBody && answer.containsHeader(CONTENT_ENCODING)) {
            remove(all, CONTENT_ENCODING);
            remove(all, CONTENT_LENGTH);
        }
        return all;
    }

    private static void remove(Map<String, List<String>> headers, String name) {
        headers.keySet().removeIf(name::equalsIgnoreCase);
    }

    /** The headers as they came, but for a length that does not count. */
    static Map<String, List<String>> headers(HttpMessage answer) {
        var headers = new LinkedHashMap<String, List<String>>();
        for (var header : answer.getHeaders()) {
            headers.computeIfAbsent(header.getName(), any -> new ArrayList<>(1)).add(header.getValue());
        }
        if (answer.containsHeader("Transfer-Encoding")) {
            remove(headers, CONTENT_LENGTH); // Of the two the chunks are right (RFC 9112, section 6.3).
        }
        return headers;
    }

    /** A body as the HTTP client's. */
    static final class RequestEntity extends AbstractHttpEntity {
        private final RequestBody body;
        private final Runnable abort;

        RequestEntity(RequestBody body, Runnable abort) {
            super((String) null, null, body.length() < 0);
            this.body = body;
            this.abort = abort;
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
            try {
                body.writeTo(out);
            } catch (RuntimeException e) {
                // First of all: the client would end a chunked body properly now, and the backend would take it for
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
