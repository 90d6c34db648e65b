package io.apikit.auth.internal.secrets;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Arrays;
import java.util.Set;
import org.jsoup.nodes.Entities;

/** A text after one or more rounds of decoding, which knows where each of its characters stood at first. */
final class DecodedText {
    /** The longest name that HTML has. */
    private static final int MOST_OF_NAME = 31;

    private static final int[] NO_PLACES = {};

    private final String text;

    /** Where each character began and ended at first; empty where nobody asks for it. */
    private final int[] starts;

    private final int[] ends;

    private DecodedText(String text, int[] starts, int[] ends) {
        this.text = text;
        this.starts = starts;
        this.ends = ends;
    }

    static DecodedText of(String text) {
        var places = new int[text.length() + 1];
        Arrays.setAll(places, i -> i);
        return new DecodedText(text, places, Arrays.copyOfRange(places, 1, places.length));
    }

    /** Returns the text after one round of decoding. */
    static String decoded(String text, Set<TextSyntax> syntaxes) {
        return new DecodedText(text, NO_PLACES, NO_PLACES).decoded(syntaxes).text;
    }

    String text() {
        return text;
    }

    /** Returns where the character at this index began in the text that was not decoded. */
    int start(int index) {
        return starts[index];
    }

    /** Returns where the character before this index ended in the text that was not decoded. */
    int end(int index) {
        return ends[index - 1];
    }

    /** Returns this text after one more round, or this very object if that changes nothing. */
    DecodedText decoded(Set<TextSyntax> syntaxes) {
        return isPlain(text, syntaxes) ? this : new Round(syntaxes).run();
    }

    private static boolean isPlain(String text, Set<TextSyntax> syntaxes) {
        return !(syntaxes.contains(TextSyntax.PERCENT) && text.indexOf('%') >= 0)
                && !(syntaxes.contains(TextSyntax.PLUS) && text.indexOf('+') >= 0)
                && !(syntaxes.contains(TextSyntax.BACKSLASH) && text.indexOf('\\') >= 0)
                && !(syntaxes.contains(TextSyntax.ENTITY) && text.indexOf('&') >= 0);
    }

    /** One pass over the text. What is no escape stays as it is. */
    private final class Round {
        private final Set<TextSyntax> syntaxes;
        private final StringBuilder out = new StringBuilder(text.length());
        private final int[] from = new int[starts.length];
        private final int[] to = new int[ends.length];
        private int at;

        private Round(Set<TextSyntax> syntaxes) {
            this.syntaxes = syntaxes;
        }

        private DecodedText run() {
            while (at < text.length()) {
                step(text.charAt(at));
            }
            var decoded = out.toString();
            return decoded.equals(text) ? DecodedText.this : new DecodedText(decoded, from, to);
        }

        private void step(char c) {
            int length = switch (c) {
                case '%' -> syntaxes.contains(TextSyntax.PERCENT) ? percent() : 0;
                case '\\' -> syntaxes.contains(TextSyntax.BACKSLASH) ? backslash() : 0;
                case '&' -> syntaxes.contains(TextSyntax.ENTITY) ? entity() : 0;
                default -> 0;
            };
            if (length == 0) {
                put(c == '+' && syntaxes.contains(TextSyntax.PLUS) ? ' ' : c, at, 1);
                at++;
            }
        }

        /** Adds characters that are spelled by the next so many of the text, and moves behind these. */
        private int put(String decoded, int length) {
            for (int i = 0; i < decoded.length(); i++) {
                put(decoded.charAt(i), at, length);
            }
            at += length;
            return length;
        }

        private void put(char decoded, int start, int length) {
            if (ends.length > 0) {
                from[out.length()] = starts[start];
                to[out.length()] = ends[start + length - 1];
            }
            out.append(decoded);
        }

        private int percent() {
            int wide = hex(at + 2, 4);
            if (wide >= 0 && (charAt(at + 1) | 0x20) == 'u') {
                return put(String.valueOf((char) wide), 6);
            }
            int count = 0;
            while (charAt(at + 3 * count) == '%' && hex(at + 3 * count + 1, 2) >= 0) {
                count++;
            }
            return count == 0 ? 0 : octets(count);
        }

        /** A run of octets is UTF-8 if it can be, and ISO-8859-1 if not. */
        private int octets(int count) {
            var bytes = new byte[count];
            for (int i = 0; i < count; i++) {
                bytes[i] = (byte) hex(at + 3 * i + 1, 2);
            }
            try {
                var decoded = UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
                decoded.codePoints()
                        .mapToObj(Character::toString)
                        .forEach(each -> put(each, 3 * each.getBytes(UTF_8).length));
            } catch (CharacterCodingException ignored) {
                new String(bytes, ISO_8859_1).chars().forEach(each -> put(String.valueOf((char) each), 3));
            }
            return 3 * count;
        }

        private int backslash() {
            int next = charAt(at + 1);
            if (next == 'u' || next == 'x') {
                int digits = next == 'u' ? 4 : 2;
                int value = hex(at + 2, digits);
                return value < 0 ? 0 : put(String.valueOf((char) value), 2 + digits);
            }
            int known = "\"\\/'bfnrt".indexOf(next);
            return known < 0 ? 0 : put(String.valueOf("\"\\/'\b\f\n\r\t".charAt(known)), 2);
        }

        private int entity() {
            if (charAt(at + 1) == '#') {
                return (charAt(at + 2) | 0x20) == 'x' ? number(at + 3, 16) : number(at + 2, 10);
            }
            int end = at + 1;
            while (end - at <= MOST_OF_NAME && Character.digit(charAt(end), 36) >= 0) {
                end++;
            }
            var named = charAt(end) == ';' ? Entities.getByName(text.substring(at + 1, end)) : "";
            return named.isEmpty() ? 0 : put(named, end + 1 - at);
        }

        /** A number need not end in a semicolon. */
        private int number(int start, int radix) {
            int end = start;
            int code = 0;
            int digit = Character.digit(charAt(end), radix);
            while (digit >= 0 && code <= Character.MAX_CODE_POINT) {
                code = code * radix + digit;
                end++;
                digit = Character.digit(charAt(end), radix);
            }
            boolean isNumber = end > start && Character.isValidCodePoint(code);
            return isNumber ? put(Character.toString(code), end - at + (charAt(end) == ';' ? 1 : 0)) : 0;
        }

        /** Returns the character there, or -1 behind the end. */
        private int charAt(int index) {
            return index < text.length() ? text.charAt(index) : -1;
        }

        /** Returns the value of hexadecimal digits, or -1 if there are not so many. */
        private int hex(int index, int digits) {
            int value = 0;
            for (int i = index; i < index + digits; i++) {
                int digit = Character.digit(charAt(i), 16);
                if (digit < 0) {
                    return -1;
                }
                value = value * 16 + digit;
            }
            return value;
        }
    }
}
