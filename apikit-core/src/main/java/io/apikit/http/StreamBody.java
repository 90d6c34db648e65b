package io.apikit.http;

import io.apikit.BackendError;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/** A body that is read from a stream, once, by the first attempt that sends it: it cannot be replayed. */
record StreamBody(InputStream in, String contentType, AtomicBoolean isUsed) implements RequestBody {
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
        if (isUsed.get()) {
            throw alreadySent();
        }
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
        if (!isUsed.compareAndSet(false, true)) {
            throw alreadySent();
        }
        copy(in, out, Long.MAX_VALUE, StreamBody::incomplete);
    }

    /**
     * Copies at most {@code limit} bytes and returns how many there were. A read that fails throws what {@code onRead}
     * makes of it; a write that fails throws its own exception. So the source's failures stay apart from those of the
     * connection.
     */
    static long copy(InputStream in, OutputStream out, long limit, Function<IOException, BackendError> onRead)
            throws IOException {
        var buffer = new byte[8192];
        long copied = 0;
        for (int count = read(in, buffer, limit, onRead); count > 0; count = read(in, buffer, limit - copied, onRead)) {
            out.write(buffer, 0, count);
            copied += count;
        }
        return copied;
    }

    private static int read(InputStream in, byte[] buffer, long limit, Function<IOException, BackendError> onRead) {
        try {
            return in.read(buffer, 0, (int) Math.min(buffer.length, limit));
        } catch (IOException e) {
            throw onRead.apply(e);
        }
    }

    private static BackendError alreadySent() {
        return BackendError.internal("The request's body is a stream that was sent already: it cannot be sent again.");
    }

    /** Usually such a stream is a caller's upload, so the status blames the caller. */
    private static BackendError incomplete(IOException cause) {
        var error = BackendError.of(400, "The body to be sent could not be read to its end.");
        error.initCause(cause);
        return error;
    }
}
