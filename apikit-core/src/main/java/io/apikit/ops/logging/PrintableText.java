package io.apikit.ops.logging;

import static java.nio.charset.StandardCharsets.UTF_8;

import ch.qos.logback.classic.pattern.ThrowableHandlingConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.StackTraceElementProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Escapes text for the log, so that it cannot end its line or send control sequences to a terminal. */
final class PrintableText {
    /**
     * Control characters, the line and paragraph separators, and characters that nobody sees: among the formats of
     * Unicode are all marks that change the direction of writing. A surrogate alone is no character.
     */
    private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}\\p{Cs}]");

    /** The one control character of ASCII that JSON does not escape. */
    private static final byte DELETE = 0x7f;

    private PrintableText() {}

    /** Returns the text on one line. Most texts are plain ASCII: for these, the slower pattern is not used. */
    static String line(String text) {
        return isPlain(text) ? text : UNPRINTABLE.matcher(text).replaceAll(PrintableText::escaped);
    }

    /**
     * Returns the bytes of a document of JSON, which escapes control characters of ASCII itself, with all others escaped.
     * They can stand in strings alone, so the document has the same meaning.
     */
    static byte[] json(byte[] document) {
        for (byte each : document) {
            if (each < 0 || each == DELETE) {
                return UNPRINTABLE
                        .matcher(new String(document, UTF_8))
                        .replaceAll(PrintableText::escapedInJson)
                        .getBytes(UTF_8);
            }
        }
        return document;
    }

    /** The line break at the end of the document stays. */
    private static String escapedInJson(MatchResult found) {
        return found.group().charAt(0) < ' ' ? found.group() : numbered(found.group());
    }

    private static boolean isPlain(String text) {
        for (int i = 0; i < text.length(); i++) {
            var c = text.charAt(i);
            if (c < ' ' || c > '~') {
                return false;
            }
        }
        return true;
    }

    /** An escape sequence of Java; the backslash is doubled for {@code replaceAll}. */
    private static String escaped(MatchResult found) {
        return switch (found.group().charAt(0)) {
            case '\n' -> "\\\\n";
            case '\r' -> "\\\\r";
            case '\t' -> "\\\\t";
            default -> numbered(found.group());
        };
    }

    private static String numbered(String character) {
        return character.chars().mapToObj(c -> String.format("\\\\u%04x", c)).collect(Collectors.joining());
    }

    /** Writes the exception of an event with its stack trace; an empty text if there is none. */
    static final class StackTrace extends ThrowableHandlingConverter {
        /** Without it, the trace of a deep recursion has a thousand frames. */
        private static final int MAX_CHARACTERS = 32 << 10;

        @Override
        public String convert(ILoggingEvent event) {
            var thrown = event.getThrowableProxy();
            if (thrown == null) {
                return "";
            }
            var text = ThrowableProxyUtil.asString(new PrintableThrowable(thrown));
            if (text.length() <= MAX_CHARACTERS) {
                return text;
            }
            boolean isHalf = Character.isHighSurrogate(text.charAt(MAX_CHARACTERS - 1));
            return text.substring(0, isHalf ? MAX_CHARACTERS - 1 : MAX_CHARACTERS) + "..." + System.lineSeparator();
        }
    }

    /**
     * Escapes the messages of an exception and of its causes, since a line break in one could forge a frame or a cause.
     */
    private record PrintableThrowable(IThrowableProxy thrown) implements IThrowableProxy {
        @Override
        public @Nullable String getMessage() {
            return lineOrNull(thrown.getMessage());
        }

        @Override
        public @Nullable String getOverridingMessage() {
            return lineOrNull(thrown.getOverridingMessage());
        }

        @Override
        public String getClassName() {
            return thrown.getClassName();
        }

        @Override
        public StackTraceElementProxy[] getStackTraceElementProxyArray() {
            return thrown.getStackTraceElementProxyArray();
        }

        @Override
        public int getCommonFrames() {
            return thrown.getCommonFrames();
        }

        @Override
        public @Nullable IThrowableProxy getCause() {
            return thrown.getCause() == null ? null : new PrintableThrowable(thrown.getCause());
        }

        @Override
        public IThrowableProxy[] getSuppressed() {
            return Stream.ofNullable(thrown.getSuppressed())
                    .flatMap(Stream::of)
                    .map(PrintableThrowable::new)
                    .toArray(IThrowableProxy[]::new);
        }

        @Override
        public boolean isCyclic() {
            return thrown.isCyclic();
        }

        private static @Nullable String lineOrNull(@Nullable String text) {
            return text == null ? null : line(text);
        }
    }
}
