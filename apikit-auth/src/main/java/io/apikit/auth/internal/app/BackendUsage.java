package io.apikit.auth.internal.app;

import io.apikit.BackendError;
import io.apikit.http.internal.url.BackendLabel;
import io.apikit.internal.util.CurrentRequest;
import io.apikit.internal.util.KnownResources;
import io.apikit.ops.RequestDeadline;
import io.javalin.http.Context;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reports how a backend is used by mistake: unknown to the app, after it was closed, after the request. Thread-safe. */
public final class BackendUsage {
    private static final Logger log = LoggerFactory.getLogger(BackendUsage.class);

    private final BackendLabel label;
    private volatile boolean isKnown;
    private volatile boolean isClosed;

    /** @param label names the backend in errors and in the log */
    public BackendUsage(BackendLabel label) {
        this.label = label;
    }

    /** Declares that the author has handed the backend to an app or to a registry. */
    public void markKnown() {
        isKnown = true;
    }

    /** Declares that no request can be sent any more. */
    public void close() {
        isClosed = true;
    }

    /**
     * Checks that the backend is open.
     *
     * @throws BackendError 503 if it is closed
     */
    public void requireOpen() {
        if (isClosed) {
            throw BackendError.of(
                    503,
                    "The backend " + label + " is closed, by close() or with an app that has stopped:"
                            + " build a backend for each app.");
        }
    }

    /**
     * Checks that the backend can serve a request, and returns the time that the request has left. The first request also
     * finds out whether its app knows the backend.
     *
     * @throws BackendError 503 if the backend is closed
     * @throws IllegalStateException if the request is over
     */
    public Optional<Duration> begin(Object backend, Context ctx) {
        requireOpen();
        try {
            if (CurrentRequest.isOver(ctx)) {
                throw over(null);
            }
            if (!isKnown) {
                isKnown = true;
                warnIfUnknown(backend, ctx);
            }
            return RequestDeadline.left(ctx);
        } catch (NullPointerException e) {
            // Jetty has taken the request away, and its own methods fail so.
            throw over(e);
        }
    }

    private IllegalStateException over(@Nullable Throwable cause) {
        return new IllegalStateException(
                "session(ctx) of the backend " + label.logged() + " was called after the request was over:"
                        + " call it in the handler, and give the session to other threads",
                cause);
    }

    private void warnIfUnknown(Object backend, Context ctx) {
        if (KnownResources.lack(ctx, backend)) {
            log.warn(
                    "The route {} {} uses the backend {}, which its app does not know: the metadata does not name its"
                            + " mode, its metrics are missing and it stays open after the stop. Add .auth(backend) to"
                            + " the app; for a further backend .routes(prefix, backend, ..) or .closeOnStop(backend).",
                    ctx.method(),
                    ctx.endpoint().path,
                    label.logged());
        }
    }
}
