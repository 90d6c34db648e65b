package io.apikit.http.internal.client;

import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import io.apikit.http.internal.resilience.Gate.Permit;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * The response of one call that is passed on while it is read. It travels with the call's request to
 * {@link HttpTransport}, which leaves the response's body on the wire. At most one response is open: the next one, and
 * {@link #close}, end the one before and give its connection and permits back. Used by one thread.
 *
 * <p>The response that the transports return has the headers as they came. Its body is at most the first 64 KiB,
 * decoded, read when they are asked for. A response of 400 and above is not for passing on: its first 64 KiB are read at
 * once and the connection is given back. Of any other response the first byte has come: a backend that breaks off before
 * has not responded.
 *
 * <p>The body is asked for as it is ({@code Accept-Encoding: identity}, unless the request has one of its own) and is
 * never decoded. Until {@link #withoutDeadline} the request's deadline bounds it; between two reads at most the request's
 * idle timeout may pass, which is {@link io.apikit.http.HttpOptions HttpOptions#responseTimeout()} unless it was set.
 */
public final class StreamedResponse implements AutoCloseable {
    private static final String ACCEPT_ENCODING = "Accept-Encoding";

    private @Nullable OpenResponse open;
    private boolean waitsForFirstByte;
    private Permit permit = Permit.NONE;

    /** Returns the stream that travels with the request; null if its response is to be read whole. */
    static @Nullable StreamedResponse of(BackendRequest request) {
        return request.attachment(StreamedResponse.class).orElse(null);
    }

    /** Returns the request whose response will be left open here. */
    public BackendRequest request(BackendRequest request) {
        var plain = request.header(ACCEPT_ENCODING).isPresent() ? request : request.header(ACCEPT_ENCODING, "identity");
        return plain.attached(this);
    }

    /** Sends the request of an exchange, and returns its response once enough of it has come. */
    BackendResponse open(HttpExchange exchange) {
        close();
        var opened = exchange.open();
        open = opened;
        var isPassable = false;
        try {
            var response = waitsForFirstByte ? opened.responseAfterSilence() : opened.response();
            isPassable = !opened.isError();
            return response;
        } finally {
            if (!isPassable) {
                close();
            }
        }
    }

    /** Lets the first byte of a body come after the deadline: the time between it and the head does not count. */
    public void waitForFirstByte() {
        waitsForFirstByte = true;
    }

    /** Takes over the permit until the open response ends. Returns false if none is open. */
    boolean hold(Permit held) {
        if (open == null) {
            return false;
        }
        permit = held;
        return true;
    }

    /** Ends the request's deadline, which has been kept. The rest of the body may take any time. */
    public void withoutDeadline() {
        if (open != null) {
            open.withoutDeadline();
        }
    }

    /**
     * Returns the whole body of the open response, from its first byte on; an empty one if no response is open. Its reads
     * throw a {@link io.apikit.BackendError} where the backend fails, as {@link HttpTransport} describes, and no other
     * exception.
     */
    public InputStream body() {
        return open == null ? InputStream.nullInputStream() : open.body();
    }

    /** Ends the exchange under way, if any. Its connection is closed, unless the body has been read to the end. */
    @Override
    public void close() {
        if (open != null) {
            open.close();
            open = null;
        }
        permit.close();
        permit = Permit.NONE;
    }
}
