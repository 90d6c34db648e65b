package io.apikit.auth;

import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import io.apikit.http.HttpOptions;
import io.apikit.http.Timing;
import io.apikit.http.Transport;
import io.apikit.http.internal.client.HttpTransport;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * Puts a transport that answers at once in the place of a session's wire. All else of the backend is the real thing, and
 * what is left to measure is the session's own work.
 *
 * <p>By reflection: a seam in the library would be there for this only.
 */
final class AnsweringWire {
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

    /** For what a mode asks of itself; with these answers, nothing. One for all: it has a thread of its own. */
    private static final HttpTransport BARE =
            HttpTransport.to(NOWHERE, HttpOptions.defaults(), Timing.system()).bare();

    private AnsweringWire() {}

    static void put(Transport wire, CallerSession into, Authenticator mode) {
        put(new SigningTransport(mode, into.account(), BARE, wire, () -> {}), into);
    }

    private static void put(SigningTransport signing, CallerSession into) {
        try {
            Field field = CallerSession.class.getDeclaredField("signing");
            field.setAccessible(true);
            field.set(into, signing);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("a session keeps its signing elsewhere now", e);
        }
    }

    /** Answers 200 to what is signed with this header and value, else 401: shows that the session does sign. */
    static Transport checking(String header, String value) {
        return request -> isSigned(request, header, value) ? OK : REJECTED;
    }

    private static boolean isSigned(BackendRequest request, String header, String value) {
        return request.header(header).filter(value::equals).isPresent();
    }
}
