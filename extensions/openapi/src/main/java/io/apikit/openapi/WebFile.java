package io.apikit.openapi;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.javalin.http.Context;
import io.javalin.http.Header;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * A file of the page. Only its compressed bytes are kept, from the first request on: the largest one has 1.7 MB. Threadsafe.
 */
final class WebFile {
    /** A client that has the file asks whether it has changed. */
    private static final String REVALIDATED = "no-cache";
    /** Its path has its version. */
    private static final String FOREVER = "public, max-age=31536000, immutable";

    private final String type;
    private final String caching;
    private final Supplier<byte[]> content;
    private volatile @Nullable Compressed compressed;

    private WebFile(String type, String caching, Supplier<byte[]> content) {
        this.type = type;
        this.caching = caching;
        this.content = content;
    }

    private static final class Compressed {
        private final String tag;
        private final byte[] bytes;

        Compressed(String tag, byte[] bytes) {
            this.tag = tag;
            this.bytes = bytes;
        }
    }

    static WebFile json(byte[] json) {
        return new WebFile("application/json", REVALIDATED, () -> json);
    }

    static WebFile html(String html) {
        return new WebFile("text/html; charset=utf-8", REVALIDATED, () -> html.getBytes(UTF_8));
    }

    /** @param resource the name of a file in the package of this class */
    static WebFile own(String type, String resource) {
        return new WebFile(type, REVALIDATED, () -> read(resource));
    }

    /** @param resource the absolute name of a file whose version is in its path */
    static WebFile versioned(String type, String resource) {
        return new WebFile(type, FOREVER, () -> read(resource));
    }

    /** @throws IllegalStateException if the class path has no such resource */
    static byte[] read(String resource) {
        try (var file = WebFile.class.getResourceAsStream(resource)) {
            if (file == null) {
                throw new IllegalStateException(
                        "the class path has no " + resource + ": is org.webjars:swagger-ui there, with its META-INF?");
            }
            return file.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(resource, e);
        }
    }

    void respond(Context ctx) {
        var kept = compressed();
        ctx.header(Header.CACHE_CONTROL, caching)
                .header(Header.ETAG, kept.tag)
                .header(Header.VARY, Header.ACCEPT_ENCODING);
        var known = ctx.header(Header.IF_NONE_MATCH);
        if (known != null && known.contains(kept.tag)) {
            ctx.status(304);
            return;
        }
        ctx.contentType(type);
        if (acceptsGzip(ctx)) {
            ctx.header(Header.CONTENT_ENCODING, "gzip").result(kept.bytes);
        } else {
            ctx.result(content.get());
        }
    }

    /** RFC 9110, section 12.5.3: a weight of 0 refuses. */
    private static boolean acceptsGzip(Context ctx) {
        var accepted = ctx.header(Header.ACCEPT_ENCODING);
        var plain = accepted == null ? "" : accepted.toLowerCase(Locale.ROOT).replace(" ", "");
        return plain.contains("gzip") && !plain.matches(".*gzip;q=0(\\.0*)?(,.*)?");
    }

    private Compressed compressed() {
        var kept = compressed;
        if (kept == null) {
            var plain = content.get();
            kept = new Compressed(tag(plain), gzip(plain));
            compressed = kept;
        }
        return kept;
    }

    /** A weak one: both codings have it (RFC 9110, section 8.8.1). */
    private static String tag(byte[] content) {
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(content);
            return "W/\"" + HexFormat.of().formatHex(digest, 0, 12) + '"';
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }

    private static byte[] gzip(byte[] content) {
        var to = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(to)) {
            gzip.write(content);
        } catch (IOException e) {
            throw new UncheckedIOException("in memory", e);
        }
        return to.toByteArray();
    }
}
