package io.apikit.auth.internal.browser;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.apikit.http.BackendResponse;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The text of a page, and what its response says of it. Its {@code toString} has no text. Immutable.
 *
 * @param charset the encoding that the page was in
 * @param policy that of the header {@code Referrer-Policy}; empty if there is none
 */
public record PageSource(String text, Charset charset, Optional<Referrer.Policy> policy) {
    private static final Pattern CHARSET =
            Pattern.compile(";\\s*charset\\s*=\\s*\"?([^\\s;\"]+)", Pattern.CASE_INSENSITIVE);

    private static final String BYTE_ORDER_MARK = "\uFEFF";

    /** Returns a text that was in UTF-8. */
    static PageSource of(String text) {
        return new PageSource(text, UTF_8, Optional.empty());
    }

    /**
     * Decodes the page of a response as browsers do (HTML Standard, section 13.2.3.2): by its byte order mark, the
     * charset of its {@code Content-Type}, or a {@code <meta>} in its first 1,024 bytes. Any other page is UTF-8 if it
     * is valid, else windows-1252.
     */
    public static PageSource of(BackendResponse response) {
        var bytes = response.bytes();
        var charset = marked(bytes)
                .or(() -> declared(response.header("Content-Type").orElse("")))
                .or(() -> Prescan.charset(bytes))
                .or(() -> valid(bytes))
                .orElse(PageCharset.WINDOWS_1252);
        var text = new String(bytes, charset);
        return new PageSource(
                text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text, charset, Referrer.Policy.of(response));
    }

    private static Optional<Charset> marked(byte[] bytes) {
        var begin = new String(bytes, 0, Math.min(3, bytes.length), ISO_8859_1);
        if (begin.startsWith("\u00EF\u00BB\u00BF")) {
            return Optional.of(UTF_8);
        }
        if (begin.startsWith("\u00FE\u00FF")) {
            return Optional.of(UTF_16BE);
        }
        return begin.startsWith("\u00FF\u00FE") ? Optional.of(UTF_16LE) : Optional.empty();
    }

    private static Optional<Charset> declared(String contentType) {
        var charset = CHARSET.matcher(contentType);
        return charset.find() ? PageCharset.of(String.valueOf(charset.group(1))) : Optional.empty();
    }

    private static Optional<Charset> valid(byte[] bytes) {
        try {
            UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return Optional.of(UTF_8);
        } catch (CharacterCodingException ignored) {
            return Optional.empty();
        }
    }

    @Override
    public String toString() {
        return "PageSource[" + charset + ']';
    }

    /** Finds the {@code <meta>} that names the encoding, before the page is parsed. Used once. */
    private static final class Prescan {
        private static final int LENGTH = 1_024;
        private static final String SPACE = "\\t\\n\\f\\r ";

        /** A comment, a tag with a name, or anything else that begins with a less-than sign. */
        private static final Pattern MARKUP = Pattern.compile("<!--|<(/?[a-z][^" + SPACE + "/>]*+)|<[!/?]");

        private static final Pattern ATTRIBUTE = Pattern.compile("[" + SPACE + "/]*+([^" + SPACE + "/>][^" + SPACE
                + "/>=]*+)(?:[" + SPACE + "]*+=[" + SPACE + "]*+(?:\"([^\"]*+)\"|'([^']*+)'|([^" + SPACE
                + ">\"'][^" + SPACE + ">]*+)|(?=>)))?+");

        private static final Pattern IN_CONTENT = Pattern.compile("charset[" + SPACE + "]*+=[" + SPACE
                + "]*+(?:\"([^\"]*+)\"|'([^']*+)'|([^" + SPACE + ";\"'][^" + SPACE + ";]*+))");

        private final String text;
        private boolean isPragma;
        private boolean isByContent;
        private Optional<String> label = Optional.empty();

        private Prescan(String text) {
            this.text = text;
        }

        static Optional<Charset> charset(byte[] bytes) {
            var begin = new String(bytes, 0, Math.min(LENGTH, bytes.length), ISO_8859_1);
            // A page whose beginning can be read byte by byte is not in UTF-16.
            return new Prescan(begin.toLowerCase(Locale.ROOT)).found().map(PageCharset::forSending);
        }

        private Optional<Charset> found() {
            var markup = MARKUP.matcher(text);
            for (int at = 0; markup.find(at); ) {
                at = end(markup);
                if (at < 0) {
                    return Optional.empty();
                }
                var charset = label.filter(any -> isPragma || !isByContent).flatMap(PageCharset::of);
                if (charset.isPresent()) {
                    return charset;
                }
            }
            return Optional.empty();
        }

        /** Returns where a piece of markup ends; negative if it does not. */
        private int end(Matcher markup) {
            label = Optional.empty();
            var name = markup.group(1);
            if (name != null) {
                return endOfTag(markup.end(), name.equals("meta"));
            }
            var isComment = markup.group().equals("<!--");
            // <!--> is a whole comment.
            var end = text.indexOf(isComment ? "-->" : ">", isComment ? markup.start() + 2 : markup.end());
            return end < 0 ? end : end + (isComment ? 3 : 1);
        }

        private int endOfTag(int from, boolean isMeta) {
            isPragma = false;
            isByContent = false;
            var attribute = ATTRIBUTE.matcher(text).region(from, text.length());
            int at = from;
            while (attribute.lookingAt()) {
                at = attribute.end();
                if (isMeta) {
                    read(String.valueOf(attribute.group(1)), firstOf(attribute, 2));
                }
                attribute.region(at, text.length());
            }
            return text.indexOf('>', at);
        }

        private void read(String name, String value) {
            if (name.equals("http-equiv") && value.equals("content-type")) {
                isPragma = true;
            } else if (name.equals("charset")) {
                label = Optional.of(value);
                isByContent = false;
            } else if (name.equals("content") && label.isEmpty()) {
                var inContent = IN_CONTENT.matcher(value);
                label = inContent.find() ? Optional.of(firstOf(inContent, 1)) : Optional.empty();
                isByContent = true;
            }
        }

        private static String firstOf(Matcher matcher, int from) {
            for (int group = from; group <= from + 2; group++) {
                var text = matcher.group(group);
                if (text != null) {
                    return text;
                }
            }
            return "";
        }
    }
}
