package io.apikit.auth.internal.secrets;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.apikit.BackendError;
import io.apikit.http.BackendRequest;
import io.apikit.http.RequestBody;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What requests to a backend say: method, target, headers and body, as they were sent, and with the encoding taken off that their
 * own place needs: that of a URL, of a form or of a JSON string. In these texts a caller may have sent a guess, which a
 * backend can quote. Used by one thread.
 */
public final class RequestTexts {
    /** What a service accepts of a body by default. */
    static final int MOST_CHARACTERS = 1 << 20;

    /** How many spellings one search looks for: it needs a few megabytes for them. */
    private static final int SPELLINGS_AT_ONCE = 500;

    /** Their bytes are not those of ASCII. */
    private static final Pattern WIDE_CHARSET = Pattern.compile("charset\\s*=\\s*\"?(utf-?(16|32|7)|ucs|ebcdic|ibm)");

    private final StringBuilder texts = new StringBuilder();
    private boolean isWhole;

    private RequestTexts(boolean isWhole) {
        this.isWhole = isWhole;
    }

    /**
     * Returns the texts of these requests; they must not have the headers of a login.
     *
     * @param areAll whether there were no others
     */
    public static RequestTexts of(Collection<BackendRequest> requests, boolean areAll) {
        var texts = new RequestTexts(areAll);
        requests.forEach(texts::add);
        return texts;
    }

    /**
     * Returns whether all that the caller may have sent is known. It is not where there were other requests, where a body
     * is a stream, which is sent and not kept, where it is compressed, or where the bodies have more than 1 MiB.
     */
    public boolean isWhole() {
        return isWhole;
    }

    private void add(BackendRequest request) {
        add(request.target(), TextSyntax.FORM);
        add(request.target(), Set.of(TextSyntax.PERCENT));
        append(request.method());
        request.headers().forEach((name, value) -> append(name + '\n' + value));
        request.body().ifPresent(body -> add(body, request));
    }

    private void add(RequestBody body, BackendRequest request) {
        var type = request.header("Content-Type").orElse(body.contentType());
        if (!body.isReplayable()
                || request.header("Content-Encoding").isPresent()
                || WIDE_CHARSET.matcher(type.toLowerCase(Locale.ROOT)).find()) {
            isWhole = false;
            return;
        }
        var bytes = new BoundedBytes(MOST_CHARACTERS - texts.length());
        try {
            body.writeTo(bytes);
            addBody(bytes.text(), TextSyntax.of(type));
        } catch (IOException | BackendError ignored) { // Too long, or a file that is gone.
            isWhole = false;
        }
    }

    /**
     * Many backends read JSON and XML whatever the type of the content is, and some read JSON in UTF-16, which is ASCII with
     * NUL characters.
     */
    private void addBody(String sent, Set<TextSyntax> syntax) {
        var text = sent.replace("\0", "");
        add(text, syntax);
        var another = TextSyntax.ofDocument(text);
        if (!another.equals(syntax)) {
            addDecoded(text, another);
        }
    }

    private void add(String text, Set<TextSyntax> syntax) {
        append(text);
        addDecoded(text, syntax);
    }

    private void addDecoded(String text, Set<TextSyntax> syntax) {
        var decoded = DecodedText.decoded(text, syntax);
        if (!decoded.equals(text)) {
            append(decoded);
        }
    }

    /** A backend may read octets as UTF-8 that are none as a whole, or UTF-8 as ISO-8859-1. */
    private void append(String text) {
        texts.append('\n').append(text);
        if (text.chars().anyMatch(c -> c >= 0x80)) {
            texts.append('\n').append(new String(text.getBytes(UTF_8), ISO_8859_1));
            texts.append('\n').append(new String(text.getBytes(ISO_8859_1), UTF_8));
        }
    }

    /**
     * Returns those of the spellings that stand in the texts, in upper or lower case. The texts are searched once for up to 500
     * of them, also if there are none: the time says nothing about them ({@link TextSearch}).
     */
    public Set<String> standing(Collection<String> spellings) {
        var text = texts.toString();
        var all = List.copyOf(spellings);
        var standing = new TextSearch(all.subList(0, Math.min(SPELLINGS_AT_ONCE, all.size()))).standing(text);
        for (int from = SPELLINGS_AT_ONCE; from < all.size(); from += SPELLINGS_AT_ONCE) {
            var more = all.subList(from, Math.min(from + SPELLINGS_AT_ONCE, all.size()));
            standing.addAll(new TextSearch(more).standing(text));
        }
        return standing;
    }

    /** Holds a body that is not too long. */
    private static final class BoundedBytes extends OutputStream {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final int most;

        private BoundedBytes(int most) {
            this.most = most;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] some, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, some.length);
            if (bytes.size() + length > most) {
                throw new IOException("the body is too long");
            }
            bytes.write(some, offset, length);
        }

        private String text() {
            try {
                return UTF_8.newDecoder()
                        .decode(ByteBuffer.wrap(bytes.toByteArray()))
                        .toString();
            } catch (CharacterCodingException ignored) {
                return bytes.toString(ISO_8859_1);
            }
        }
    }
}
