package io.apikit.http.internal.client;

import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import io.apikit.http.Transport;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * A transport that leaves the answer's body on the wire, to be passed on while it is read. At most one answer is open:
 * the next request, and {@link #close}, end the one before and give its connection back. One call's, on one thread.
 *
 * <p>The response that {@link #send} gives has the headers as they came, and for its body at most the first 64 KiB,
 * decoded, read when they are asked for. An answer of 400 and above is not for passing on: its first 64 KiB are read at
 * once and the connection is given back. Of any other the first byte has come: a backend that breaks off before has not
 * answered.
 *
 * <p>The body is asked for as it is ({@code Accept-Encoding: identity}, unless the request has one of its own) and is
 * never decoded. Until {@link #withoutDeadline} the request's deadline bounds it; between two reads at most the
 * {@link io.apikit.http.HttpOptions HttpOptions#responseTimeout()} may pass.
 */
public final class StreamingTransport implements Transport, AutoCloseable {
    private static final String ACCEPT_ENCODING = "Accept-Encoding";

    private final HttpTransport http;
    private @Nullable OpenResponse open;

    StreamingTransport(HttpTransport http) {
        this.http = http;
    }

    @Override
    public BackendResponse send(BackendRequest request) {
        close();
        var plain = request.header(ACCEPT_ENCODING).isPresent() ? request : request.header(ACCEPT_ENCODING, "identity");
        var answer = http.open(plain);
        open = answer;
        var isPassable = false;
        try {
            var response = answer.response();
            isPassable = !answer.isError();
            return response;
        } finally {
            if (!isPassable) {
                close();
            }
        }
    }

    /** The request's deadline has been kept and counts no more, however long the rest takes. */
    public void withoutDeadline() {
        if (open != null) {
            open.withoutDeadline();
        }
    }

    /**
     * The whole body of the open answer, from its first byte on; empty if none is open. Its reads throw a
     * {@link io.apikit.BackendError} where the backend fails, as {@link HttpTransport} says, and no other exception.
     */
    public InputStream body() {
        return open == null ? InputStream.nullInputStream() : open.body();
    }

    /** Ends the exchange under way, if any: unless its body has been read to the end, its connection is closed. */
    @Override
    public void close() {
        if (open != null) {
            open.close();
            open = null;
        }
    }
}
