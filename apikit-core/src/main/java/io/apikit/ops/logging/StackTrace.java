package io.apikit.ops.logging;

import ch.qos.logback.classic.pattern.ThrowableHandlingConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;

/** An event's exception as text; nothing where there is none. */
final class StackTrace extends ThrowableHandlingConverter {
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
