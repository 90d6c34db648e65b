package io.apikit.ops.logging;

import static java.nio.charset.StandardCharsets.UTF_8;

import ch.qos.logback.classic.pattern.TargetLengthBasedClassNameAbbreviator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Context;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.encoder.EncoderBase;
import ch.qos.logback.core.util.CachingDateFormatter;
import io.apikit.ops.AccessLog;
import io.apikit.ops.RequestId;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.KeyValuePair;

/**
 * Encodes an event as a line of text: time, level, logger, request id, message and key-value pairs. The stack trace of
 * an exception follows on lines of its own.
 */
final class TextEncoder extends EncoderBase<ILoggingEvent> {
    private static final byte[] EMPTY = {};
    private static final int LEVEL_CHARACTERS = 5;
    private static final int LOGGER_CHARACTERS = 24;

    private final CachingDateFormatter timeFormat = new CachingDateFormatter("yyyy-MM-dd HH:mm:ss.SSS");
    private final TargetLengthBasedClassNameAbbreviator loggerNames =
            new TargetLengthBasedClassNameAbbreviator(LOGGER_CHARACTERS);
    private final PrintableText.StackTrace stackTrace = new PrintableText.StackTrace();

    private TextEncoder() {}

    /** Returns a started encoder. */
    static Encoder<ILoggingEvent> encoder(Context context) {
        var encoder = new TextEncoder();
        encoder.setContext(context);
        encoder.start();
        return encoder;
    }

    @Override
    public byte[] encode(ILoggingEvent event) {
        var line = new StringBuilder(200)
                .append(timeFormat.format(event.getTimeStamp()))
                .append(' ');
        appendLevel(event.getLevel().toString(), line);
        line.append(loggerNames.abbreviate(event.getLoggerName())).append(' ');
        appendRequestId(event.getMDCPropertyMap().get(RequestId.MDC_KEY), line);
        line.append(PrintableText.line(String.valueOf(event.getFormattedMessage())));
        appendPairs(event, line);
        line.append(System.lineSeparator()).append(stackTrace.convert(event));
        return bytes(line);
    }

    /** Most lines are plain ASCII, and need no copy as a string. */
    private static byte[] bytes(StringBuilder line) {
        var bytes = new byte[line.length()];
        for (int i = 0; i < bytes.length; i++) {
            var c = line.charAt(i);
            if (c > '~') {
                return line.toString().getBytes(UTF_8);
            }
            bytes[i] = (byte) c;
        }
        return bytes;
    }

    private static void appendLevel(String level, StringBuilder line) {
        line.append(level);
        for (int i = level.length(); i <= LEVEL_CHARACTERS; i++) {
            line.append(' ');
        }
    }

    private static void appendRequestId(@Nullable String id, StringBuilder line) {
        if (id != null) {
            line.append(PrintableText.line(id)).append(' ');
        }
    }

    /** Pairs of the access log are left out: its message has all of them already. */
    private static void appendPairs(ILoggingEvent event, StringBuilder line) {
        if (event.getLoggerName().equals(AccessLog.LOGGER)) {
            return;
        }
        for (var pair : Objects.requireNonNullElse(event.getKeyValuePairs(), List.<KeyValuePair>of())) {
            line.append(' ').append(PrintableText.line(pair.key + "=" + pair.value));
        }
    }

    @Override
    public byte[] headerBytes() {
        return EMPTY;
    }

    @Override
    public byte[] footerBytes() {
        return EMPTY;
    }
}
