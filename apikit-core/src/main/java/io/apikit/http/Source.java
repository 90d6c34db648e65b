package io.apikit.http;

import io.apikit.BackendError;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.function.Function;

/** Copies what a body is made of, and keeps the source's failures apart from the wire's. */
record Source(InputStream in, Function<IOException, BackendError> failure) {
    /** Copies so many bytes, or fewer if there are no more, and tells how many. */
    long copyTo(OutputStream out, long most) throws IOException {
        var buffer = new byte[8192];
        long copied = 0;
        for (int count = read(buffer, most); count > 0; count = read(buffer, most - copied)) {
            out.write(buffer, 0, count);
            copied += count;
        }
        return copied;
    }

    private int read(byte[] buffer, long most) {
        try {
            return in.read(buffer, 0, (int) Math.min(buffer.length, most));
        } catch (IOException e) {
            throw failure.apply(e);
        }
    }
}
