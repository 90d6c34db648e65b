package io.apikit.ops.logging;

import ch.qos.logback.classic.pattern.ThrowableHandlingConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.StackTraceElementProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** An exception, its causes too, whose messages stay within their lines: a frame or a cause could be forged otherwise. */
record PrintableThrowable(IThrowableProxy thrown) implements IThrowableProxy {
    @Override
    public @Nullable String getMessage() {
        return line(thrown.getMessage());
    }

    @Override
    public @Nullable String getOverridingMessage() {
        return line(thrown.getOverridingMessage());
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

    private static @Nullable String line(@Nullable String text) {
        return text == null ? null : PrintableText.line(text);
    }

    /** An event's exception as text; nothing where there is none. */
    static final class StackTrace extends ThrowableHandlingConverter {
        /** Of a deep recursion, a thousand frames would follow. */
        private static final int CHARACTERS = 32 << 10;

        @Override
        public String convert(ILoggingEvent event) {
            var thrown = event.getThrowableProxy();
            if (thrown == null) {
                return "";
            }
            var text = ThrowableProxyUtil.asString(new PrintableThrowable(thrown));
            return text.length() <= CHARACTERS ? text : text.substring(0, CHARACTERS) + "..." + System.lineSeparator();
        }
    }
}
