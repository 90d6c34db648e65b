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

/** Lines for people: time, level, logger, request id, message, key-value pairs; and below it the exception. */
final class TextEncoder extends EncoderBase<ILoggingEvent> {
    private static final byte[] NOTHING = {};
    private static final int LEVEL_CHARACTERS = 5;
    private static final int LOGGER_CHARACTERS = 24;

    private final CachingDateFormatter time = new CachingDateFormatter("yyyy-MM-dd HH:mm:ss.SSS");
    private final TargetLengthBasedClassNameAbbreviator loggers =
            new TargetLengthBasedClassNameAbbreviator(LOGGER_CHARACTERS);
    private final PrintableThrowable.StackTrace stackTrace = new PrintableThrowable.StackTrace();

    private TextEncoder() {}

    static Encoder<ILoggingEvent> encoder(Context context) {
        var lines = new TextEncoder();
        lines.setContext(context);
        lines.start();
        return lines;
    }

    @Override
    public byte[] encode(ILoggingEvent event) {
        var line =
                new StringBuilder(200).append(time.format(event.getTimeStamp())).append(' ');
        addLevel(event.getLevel().toString(), line);
        line.append(loggers.abbreviate(event.getLoggerName())).append(' ');
        addId(event.getMDCPropertyMap().get(RequestId.MDC_KEY), line);
        line.append(PrintableText.line(String.valueOf(event.getFormattedMessage())));
        addPairs(event, line);
        line.append(System.lineSeparator()).append(stackTrace.convert(event));
        return line.toString().getBytes(UTF_8);
    }

    private static void addLevel(String level, StringBuilder line) {
        line.append(level)
                .append(" ".repeat(Math.max(0, LEVEL_CHARACTERS - level.length())))
                .append(' ');
    }

    private static void addId(@Nullable String id, StringBuilder line) {
        if (id != null) {
            line.append(PrintableText.line(id)).append(' ');
        }
    }

    /** The access log says all of its own in the message. */
    private static void addPairs(ILoggingEvent event, StringBuilder line) {
        if (event.getLoggerName().equals(AccessLog.LOGGER)) {
            return;
        }
        for (var pair : Objects.requireNonNullElse(event.getKeyValuePairs(), List.<KeyValuePair>of())) {
            line.append(' ').append(PrintableText.line(pair.key + "=" + pair.value));
        }
    }

    @Override
    public byte[] headerBytes() {
        return NOTHING;
    }

    @Override
    public byte[] footerBytes() {
        return NOTHING;
    }
}
