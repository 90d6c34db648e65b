package io.apikit.auth.internal.relay;

import io.apikit.ApiApp;
import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes one answer on to a client: its head once the first bytes of its body are here, then the bytes as they come, no
 * faster than the client takes them.
 */
public final class ResponseRelay {
    private static final Logger log = LoggerFactory.getLogger(ResponseRelay.class);

    /** What the backend's connection and the server's own buffer take at a time. */
    private static final int CHUNK = 16 << 10;

    private final Context to;
    private final RelayedHeaders passed;
    private final byte[] chunk = new byte[CHUNK];

    public ResponseRelay(Context to, RelayedHeaders passed) {
        this.to = to;
        this.passed = passed;
    }

    /** Passes on the whole answer to this request. */
    public void pass(BackendRequest request, BackendResponse answer, InputStream body) {
        var toHead = to.method().equals(HandlerType.HEAD);
        // Before anything is said to the client: a backend that fails here can still be answered for.
        var first = toHead ? -1 : read(body);
        passHead(answer, toHead || !request.method().equals("HEAD"));
        try {
            passBody(body, first);
        } catch (IOException clientIsGone) {
            // Javalin looks into this one for the server's own exception, and logs no failure of ours.
            throw new CompletionException(clientIsGone);
        }
    }

    private void passHead(BackendResponse answer, boolean ofItsBody) {
        var response = to.res();
        response.setStatus(answer.status());
        response.setContentType(null); // Javalin's own default is not what the backend said.
        passed.of(answer, (name, values) -> pass(response, name, values));
        if (ofItsBody && hasLength(answer)) {
            answer.header("Content-Length").ifPresent(length -> response.setHeader("Content-Length", length));
        }
    }

    /** In place of what other handlers set; but {@code Vary} only grows. */
    private static void pass(HttpServletResponse response, String name, List<String> values) {
        int from = 0;
        if (!name.equalsIgnoreCase("Vary")) {
            response.setHeader(name, values.get(0));
            from = 1;
        }
        values.subList(from, values.size()).forEach(value -> response.addHeader(name, value));
    }

    /** RFC 9110, section 8.6. One beside chunks is no header of the answer any more by the time it comes here. */
    private static boolean hasLength(BackendResponse answer) {
        return answer.status() != 204 && answer.status() != 304;
    }

    /** To the server's own stream: Javalin's would compress. Flushed, so that nothing waits here for more. */
    private void passBody(InputStream body, int first) throws IOException {
        OutputStream out = to.res().getOutputStream();
        for (int count = first; count >= 0; count = readOrBreakOff(body)) {
            out.write(chunk, 0, count);
            out.flush();
        }
    }

    private int readOrBreakOff(InputStream body) throws IOException {
        try {
            return read(body);
        } catch (RuntimeException | Error broken) {
            log.warn("An answer broke off while it was passed on: {}", String.valueOf(broken.getMessage()));
            cutOff();
            throw broken;
        }
    }

    /**
     * Or the client would take what it has for the whole. An {@code ApiApp} does it for every answer that fails once it
     * has begun; in any other app there is only Jetty's own word for it, which Javalin then logs as an error of its own.
     */
    private void cutOff() throws IOException {
        if (!ApiApp.serves(to)) {
            to.res().sendError(-1);
        }
    }

    private int read(InputStream body) {
        try {
            return body.read(chunk);
        } catch (IOException e) {
            throw new IllegalStateException("the backend's failures are BackendErrors", e);
        }
    }
}
