package io.apikit.auth;

import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import io.apikit.http.Transport;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * Responds at once in the place of a backend's HTTP client. All else of the backend is the real thing, and what is left
 * to measure is the session's own work.
 */
final class AnsweringWire implements Transport {
    /** The discard port; nothing is ever sent there. */
    static final String NOWHERE = "http://127.0.0.1:9";

    /** What a small backend behind a common server says. */
    static final BackendResponse OK = BackendResponse.of(
            200,
            Map.of(
                    "Server", List.of("nginx"),
                    "Date", List.of("Sun, 01 Mar 2026 12:00:00 GMT"),
                    "Content-Type", List.of("text/plain; charset=utf-8"),
                    "Content-Length", List.of("4"),
                    "Connection", List.of("keep-alive")),
            "93.5".getBytes(StandardCharsets.US_ASCII));

    static final BackendResponse REJECTED = BackendResponse.of(401, Map.of(), new byte[0]);

    private volatile Transport responding = any -> OK;

    /** Makes a backend that sends nothing. */
    Backend backend(Backend.Builder settings) {
        return new Backend(settings, client -> this);
    }

    /** Sets what responds from now on. */
    void respondWith(Transport transport) {
        responding = transport;
    }

    @Override
    public BackendResponse send(BackendRequest request) {
        return responding.send(request);
    }

    /** Responds with 200 to what is signed with this header and value, else 401: shows that the session does sign. */
    static Transport checking(String header, String value) {
        return request -> isSigned(request, header, value) ? OK : REJECTED;
    }

    private static boolean isSigned(BackendRequest request, String header, String value) {
        return request.header(header).filter(value::equals).isPresent();
    }
}
