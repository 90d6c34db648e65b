package io.apikit.http;

import io.apikit.BackendError;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file, read from the disk each time it is sent. Its length is taken when the request is made. */
record FileBody(Path file, String contentType, long length) implements RequestBody {
    static FileBody of(Path file, String contentType) {
        Headers.requireSendable("Content-Type", contentType);
        try {
            var length = regularSize(file);
            // Opened too: a file that may not be read has a size, but no content.
            Files.newInputStream(file).close();
            return new FileBody(file, contentType, length);
        } catch (IOException e) {
            throw new IllegalArgumentException("the file to send cannot be read: " + file, e);
        }
    }

    private static long regularSize(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IOException("no regular file");
        }
        return Files.size(file);
    }

    @Override
    public boolean isReplayable() {
        return true;
    }

    @Override
    public void requireReadable() {
        try {
            if (regularSize(file) != length) {
                throw BackendError.internal("The file " + name() + " has changed since the request was made.");
            }
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    /** Writes exactly {@link #length()} bytes: a file that has been cut meanwhile must not look like a whole one. */
    @Override
    public void writeTo(OutputStream out) throws IOException {
        try (var in = open()) {
            if (StreamBody.copy(in, out, length, this::unreadable) < length) {
                throw BackendError.internal("The file " + name() + " became shorter while it was sent.");
            }
        }
    }

    private InputStream open() {
        try {
            return Files.newInputStream(file);
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private BackendError unreadable(IOException cause) {
        var error = BackendError.internal("The file " + name() + " cannot be read.");
        error.initCause(cause);
        return error;
    }

    /** The file's name without its folders: a caller must not learn where the file is stored. */
    private String name() {
        return String.valueOf(file.getFileName());
    }
}
