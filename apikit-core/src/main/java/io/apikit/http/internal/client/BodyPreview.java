package io.apikit.http.internal.client;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The first bytes of a response that is still on the wire, decoded, for the mode that judges it. They are read when first
 * asked for, so that a response that nobody looks into is not held up; and kept, so that the response can be passed on
 * whole. Used by one thread.
 */
final class BodyPreview implements Supplier<byte[]> {
    static final int LIMIT = 64 << 10;

    private final BufferedInputStream body;
    private final ContentCodings codings;
    private byte @Nullable [] bytes;

    BodyPreview(InputStream body, ContentCodings codings) {
        this.body = new BufferedInputStream(body);
        this.codings = codings;
    }

    @Override
    public byte[] get() {
        if (bytes == null) {
            bytes = read();
        }
        return bytes;
    }

    /** Waits for the first byte, or the end. */
    void awaitFirst() {
        try {
            body.mark(1);
            if (body.read() >= 0) {
                body.reset();
            }
        } catch (IOException e) {
            throw new IllegalStateException("a body's mark was lost", e);
        }
    }

    /** Returns the whole body, from its first byte on. A preview that has not been read by now stays empty. */
    InputStream whole() {
        seal();
        return body;
    }

    void seal() {
        if (bytes == null) {
            bytes = new byte[0];
        }
    }

    private byte[] read() {
        try {
            body.mark(LIMIT);
            var raw = body.readNBytes(LIMIT);
            body.reset();
            return decoded(raw);
        } catch (IOException e) {
            throw new IllegalStateException("a body's mark was lost", e);
        }
    }

    private byte[] decoded(byte[] raw) {
        if (!codings.areDecodable()) {
            return raw;
        }
        var plain = new ByteArrayOutputStream();
        try (var in = codings.decoded(new ByteArrayInputStream(raw))) {
            var buffer = new byte[8192];
            for (int count = 0; count >= 0 && plain.size() < LIMIT; count = in.read(buffer)) {
                plain.write(buffer, 0, Math.min(count, LIMIT - plain.size()));
            }
        } catch (IOException ignored) {
            // A preview is cut anywhere: what can be decoded of it is judged.
        }
        return plain.toByteArray();
    }
}
