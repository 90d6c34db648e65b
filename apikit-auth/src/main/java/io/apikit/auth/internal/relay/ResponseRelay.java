package io.apikit.auth.internal.relay;

import io.apikit.ApiApp;
import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import io.apikit.internal.util.LogText;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes one response on to a client: its head once the first bytes of its body have come, then the bytes as they come,
 * no faster than the client reads them.
 */
public final class ResponseRelay {
    private static final Logger log = LoggerFactory.getLogger(ResponseRelay.class);

    private static final String CACHE_CONTROL = "Cache-Control";

    /** The names in {@code Vary} with which a cache keeps a response for one caller alone. */
    private static final Pattern BY_CALLER = Pattern.compile("(?i)(?:^|,)\\s*(?:authorization|\\*)\\s*(?:,|$)");

    /** The size of a read from the backend's connection, and of the server's own buffer. */
    private static final int CHUNK = 16 << 10;

    private final Context to;
    private final RelayedHeaders relayed;
    private final boolean isPrivate;
    private final byte[] chunk = new byte[CHUNK];

    /** @param isPrivate whether only the caller's own cache may keep what the backend lets caches keep */
    public ResponseRelay(Context to, RelayedHeaders relayed, boolean isPrivate) {
        this.to = to;
        this.relayed = relayed;
        this.isPrivate = isPrivate;
    }

    /** Passes on the whole response to this request. */
    public void pass(BackendRequest request, BackendResponse response, InputStream body) {
        relayed.requirePassable(response);
        var toHead = to.method().equals(HandlerType.HEAD);
        // Before anything is sent to the client: if the backend fails here, the client still gets an error response.
        var first = toHead ? -1 : read(body);
        passHead(response, toHead || !request.method().equals("HEAD"));
        try {
            passBody(body, first);
        } catch (IOException e) {
            // The client is gone. Javalin finds the server's own exception in this one, and logs no failure of ours.
            throw new CompletionException(e);
        }
    }

    private void passHead(BackendResponse response, boolean describesBody) {
        var out = to.res();
        out.setStatus(response.status());
        out.setContentType(null); // Javalin's own default is not the backend's.
        var handlerDecides = out.containsHeader(CACHE_CONTROL);
        relayed.forEach(response, (name, values) -> {
            if (name.equalsIgnoreCase(CACHE_CONTROL)) {
                if (!handlerDecides) {
                    pass(out, name, isPrivate ? PrivateCaching.of(values) : values);
                }
            } else if (!isPrivate || !PrivateCaching.isTargeted(name)) {
                pass(out, name, values);
            }
        });
        if (isPrivate) {
            keepFromSharedCaches(out);
        }
        if (describesBody && hasLength(response)) {
            response.header("Content-Length").ifPresent(length -> out.setHeader("Content-Length", length));
        }
    }

    /** A cache may keep a response without the header as well, by its {@code Expires} or by its age. */
    private static void keepFromSharedCaches(HttpServletResponse out) {
        if (!out.containsHeader(CACHE_CONTROL)) {
            out.setHeader(CACHE_CONTROL, out.containsHeader("Expires") ? "private" : "private, no-cache");
        }
        if (!BY_CALLER.matcher(String.join(",", out.getHeaders("Vary"))).find()) {
            out.addHeader("Vary", "Authorization");
        }
    }

    /** Replaces what other handlers set, except {@code Vary}, which is added to. */
    private static void pass(HttpServletResponse response, String name, List<String> values) {
        int from = 0;
        if (!name.equalsIgnoreCase("Vary")) {
            response.setHeader(name, values.get(0));
            from = 1;
        }
        values.subList(from, values.size()).forEach(value -> response.addHeader(name, value));
    }

    /** RFC 9110, section 8.6. A length next to chunks has been removed from the headers before. */
    private static boolean hasLength(BackendResponse response) {
        return response.status() != 204 && response.status() != 304;
    }

    /** Writes to the server's own stream, since Javalin's would compress; each piece is flushed at once. */
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
        } catch (RuntimeException | Error e) {
            log.warn("A response broke off while it was passed on: {}", LogText.of(String.valueOf(e.getMessage())));
            cutOff();
            throw e;
        }
    }

    /**
     * Ends the client's connection. Otherwise the client would take what it has for the whole. An {@code ApiApp} does it
     * for every response that fails once it has begun. In any other app, Jetty's {@code sendError(-1)} is the only means;
     * Javalin then logs an error of its own.
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
