package io.apikit.http;

import io.apikit.BackendError;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.atomic.AtomicBoolean;

/** A stream that is read once, by the first who sends it: it cannot be replayed. */
record StreamBody(InputStream in, String contentType, AtomicBoolean used) implements RequestBody.Ready {
    StreamBody(InputStream in, String contentType) {
        this(in, contentType, new AtomicBoolean());
    }

    @Override
    public long length() {
        return -1;
    }

    @Override
    public boolean isReplayable() {
        return false;
    }

    @Override
    public void requireReadable() {
        if (used.get()) {
            throw spent();
        }
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
        if (!used.compareAndSet(false, true)) {
            throw spent();
        }
        new Source(in, StreamBody::brokenOff).copyTo(out, Long.MAX_VALUE);
    }

    private static BackendError spent() {
        return BackendError.internal("The request's body is a stream that was sent already: it cannot be sent again.");
    }

    /** Such a stream is a caller's upload as a rule, so it is the caller's fault. */
    private static BackendError brokenOff(IOException cause) {
        var error = BackendError.of(400, "The body to be sent could not be read to its end.");
        error.initCause(cause);
        return error;
    }
}
