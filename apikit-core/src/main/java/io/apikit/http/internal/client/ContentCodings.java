package io.apikit.http.internal.client;

import io.apikit.http.internal.resilience.TransportFailure;
import io.apikit.http.internal.resilience.TransportFailures;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.apache.hc.client5.http.entity.DeflateInputStream;
import org.apache.hc.client5.http.entity.InputStreamFactory;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpMessage;

/**
 * The content codings of one response, in the order in which they were applied (RFC 9110, section 8.4). Names that are
 * none are left out: servers write a charset or {@code none} there, and the body is plain. Immutable.
 */
final class ContentCodings {
    /** Sent with each request that has no {@code Accept-Encoding} of its own. */
    static final String OFFERED = "gzip, x-gzip, deflate";

    private static final String HEADER = "Content-Encoding";

    /** Each coding multiplies what a small body can become, and servers apply one. */
    private static final int MOST_CODINGS = 5;

    private static final int LONGEST_NAME = 40;

    /** Those that say that nothing was done. The last four are transfer encodings of MIME (RFC 2045, section 6). */
    private static final Set<String> NONE =
            Set.of("identity", "none", "null", "plain", "7bit", "8bit", "binary", "text");

    private static final Map<String, InputStreamFactory> DECODERS =
            Map.of("gzip", GZIPInputStream::new, "x-gzip", GZIPInputStream::new, "deflate", DeflateInputStream::new);

    private final List<String> names;

    private ContentCodings(List<String> names) {
        this.names = names;
    }

    static ContentCodings of(HttpMessage message) {
        if (!message.containsHeader(HEADER)) {
            return new ContentCodings(List.of()); // Most responses.
        }
        var names = new ArrayList<String>();
        for (var header : message.getHeaders(HEADER)) {
            for (var each : String.valueOf(header.getValue()).split(",", -1)) {
                var name = each.strip().toLowerCase(Locale.ROOT);
                if (!isNone(name)) {
                    names.add(name);
                }
            }
        }
        return new ContentCodings(names);
    }

    private static boolean isNone(String name) {
        if (name.isEmpty() || NONE.contains(name)) {
            return true;
        }
        try {
            return !DECODERS.containsKey(name) && Charset.isSupported(name);
        } catch (IllegalArgumentException ignored) { // A text that cannot be the name of a charset.
            return false;
        }
    }

    /** Returns whether the body is plain. */
    boolean isEmpty() {
        return names.isEmpty();
    }

    /** Returns whether the body is coded, in known codings. */
    boolean areDecodable() {
        return !isEmpty() && names.size() <= MOST_CODINGS && DECODERS.keySet().containsAll(names);
    }

    /**
     * Reads the content, decoded. The content is not closed.
     *
     * @param entity whose content it is
     * @throws TransportFailure if a coding was not offered, naming it; or if all of the body came and is not valid
     */
    byte[] read(InputStream content, HttpEntity entity, TransportFailures failures, Reader reader)
            throws IOException, TransportFailure {
        var body = new PushbackInputStream(new Unclosed(content));
        if (isEmpty(body)) {
            return new byte[0];
        }
        requireKnown(failures);
        try (var decoded = decoder(body)) {
            return reader.read(decoded);
        } catch (ZipException e) {
            throw undecodable(failures, e);
        } catch (EOFException e) {
            // A body that ends with its connection may have been cut there. This one was whole.
            if (entity.isChunked() || entity.getContentLength() >= 0) {
                throw undecodable(failures, e);
            }
            throw e;
        }
    }

    private TransportFailure undecodable(TransportFailures failures, IOException e) {
        return failures.unusable("cannot be decoded: it is not valid " + String.join(", ", names), e);
    }

    /**
     * Returns the decoded content, which frees the memory of its decoders when it is closed, and does not close the
     * content.
     *
     * @throws IOException if the content is not in these codings, or has one that is not known
     */
    InputStream decoded(InputStream content) throws IOException {
        var body = new PushbackInputStream(new Unclosed(content));
        return isEmpty(body) ? InputStream.nullInputStream() : decoder(body);
    }

    /** Servers name a coding for a body of no bytes, too. */
    private static boolean isEmpty(PushbackInputStream body) throws IOException {
        int first = body.read();
        if (first >= 0) {
            body.unread(first);
        }
        return first < 0;
    }

    private InputStream decoder(InputStream coded) throws IOException {
        InputStream decoded = coded;
        for (int i = names.size() - 1; i >= 0; i--) {
            decoded = decoder(names.get(i)).create(decoded);
        }
        return decoded;
    }

    private static InputStreamFactory decoder(String name) throws IOException {
        var decoder = DECODERS.get(name);
        if (decoder == null) {
            throw new IOException("not a known content coding");
        }
        return decoder;
    }

    private void requireKnown(TransportFailures failures) throws TransportFailure {
        for (var name : names) {
            if (!DECODERS.containsKey(name)) {
                throw failures.unusable("has the content coding " + shown(name) + ", which was not offered", null);
            }
        }
        if (names.size() > MOST_CODINGS) {
            throw failures.unusable("has " + names.size() + " content codings, one over the other", null);
        }
    }

    private static String shown(String name) {
        var plain = name.replaceAll("[^ -~]", "?");
        return plain.length() > LONGEST_NAME ? plain.substring(0, LONGEST_NAME) + "..." : plain;
    }

    /** Reads bytes from a stream. */
    interface Reader {
        byte[] read(InputStream in) throws IOException;
    }

    /** Lets a decoder be closed, which frees its memory, without reading the rest of the body. */
    private static final class Unclosed extends FilterInputStream {
        private Unclosed(InputStream in) {
            super(in);
        }

        @Override
        public void close() {
            // The response closes it.
        }
    }
}
