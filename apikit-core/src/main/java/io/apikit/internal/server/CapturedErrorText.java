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

/** What a handler wrote under an error status: read back where it is text. */
final class CapturedErrorText {
    /** Enough for a message; the rest of a page is dropped. */
    private static final int LIMIT_BYTES = 16 * 1024;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(0);

    void add(@Nullable ByteBuffer more) {
        if (more == null) {
            return;
        }
        var taken = new byte[Math.min(more.remaining(), LIMIT_BYTES - bytes.size())];
        more.get(taken);
        more.position(more.limit());
        bytes.writeBytes(taken);
    }

    void clear() {
        bytes.reset();
    }

    Optional<String> read(HttpFields headers) {
        var type = headers.get(HttpHeader.CONTENT_TYPE);
        if (bytes.size() == 0 || headers.contains(HttpHeader.CONTENT_ENCODING) || type == null || !isText(type)) {
            return Optional.empty();
        }
        return Optional.of(bytes.toString(charset(type))).filter(text -> !text.isBlank());
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
