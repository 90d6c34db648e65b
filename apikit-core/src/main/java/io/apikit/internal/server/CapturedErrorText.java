package io.apikit.internal.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.util.Optional;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.MimeTypes;
import org.jspecify.annotations.Nullable;

/** The body that a handler writes under an error status, which is decoded if it is text. */
final class CapturedErrorText {
    /** Enough for a message; the rest of a page is discarded. */
    private static final int LIMIT_BYTES = 16 * 1024;

    private @Nullable ByteArrayOutputStream bytes;

    /** Consumes all of the buffer and keeps what is within the limit. */
    void add(@Nullable ByteBuffer more) {
        if (more == null) {
            return;
        }
        var all = bytes == null ? new ByteArrayOutputStream() : bytes;
        bytes = all;
        var kept = new byte[Math.min(more.remaining(), LIMIT_BYTES - all.size())];
        more.get(kept);
        more.position(more.limit());
        all.writeBytes(kept);
    }

    void clear() {
        bytes = null;
    }

    /** Returns the text; empty if it is blank, compressed or of a media type that is not text. */
    Optional<String> read(HttpFields headers) {
        var type = headers.get(HttpHeader.CONTENT_TYPE);
        var all = bytes;
        if (all == null
                || all.size() == 0
                || headers.contains(HttpHeader.CONTENT_ENCODING)
                || type == null
                || !isText(type)) {
            return Optional.empty();
        }
        return Optional.of(all.toString(charset(type))).filter(text -> !text.isBlank());
    }

    private static boolean isText(String type) {
        var media = MimeTypes.getContentTypeWithoutCharset(type);
        return media.startsWith("text/") || media.endsWith("json") || media.endsWith("xml");
    }

    private static Charset charset(String type) {
        var name = MimeTypes.getCharsetFromContentType(type);
        return name != null && Charset.isSupported(name) ? Charset.forName(name) : UTF_8;
    }
}
