package io.apikit.http;

import io.apikit.BackendError;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/**
 * A body that is read from a stream, once, by the first attempt that sends it: it cannot be replayed.
 *
 * @param length the length that was announced, or -1 if none was
 */
record StreamBody(InputStream in, long length, String contentType, AtomicBoolean isUsed) implements RequestBody {
    static StreamBody of(InputStream in, long length, String contentType) {
        Headers.requireSendable("Content-Type", contentType);
        if (length < -1) {
            throw new IllegalArgumentException("length of a body must be 0 or more, or -1 if unknown, not " + length);
        }
        return new StreamBody(in, length, contentType, new AtomicBoolean());
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
        if (length == 0 && readLast(new byte[2]) > 0) {
            throw wrongLength(1); // The head of the request alone would make it a whole one.
        }
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
        if (!isUsed.compareAndSet(false, true)) {
            throw alreadySent();
        }
        if (length < 0) {
            copy(in, out, Long.MAX_VALUE, StreamBody::incomplete);
        } else {
            copyExactly(out);
        }
    }

    /**
     * Writes the last byte only once the source has ended: with it, the backend has a whole request. So a source that
     * has more than it announced never looks like a whole one.
     */
    private void copyExactly(OutputStream out) throws IOException {
        long most = Math.max(0, length - 1);
        long copied = copy(in, out, most, StreamBody::incomplete);
        var last = new byte[2];
        int count = copied < most ? 0 : readLast(last);
        if (copied + count != length) {
            throw wrongLength(copied + count);
        }
        out.write(last, 0, count);
    }

    /** Reads one byte more than is announced, if there is one. */
    private int readLast(byte[] into) {
        try {
            return in.readNBytes(into, 0, length == 0 ? 1 : 2);
        } catch (IOException e) {
            throw incomplete(e);
        }
    }

    private BackendError wrongLength(long found) {
        var end = found < length ? "ended after " + found + " bytes" : "is longer";
        return BackendError.of(
                400, "The body to be sent " + end + "; its length was announced as " + length + " bytes.");
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
