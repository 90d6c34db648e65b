package io.apikit.ops.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Context;
import ch.qos.logback.core.encoder.Encoder;
import io.apikit.ops.ForwardedIdentity;
import net.logstash.logback.encoder.LogstashEncoder;

/** Lines for machines, with the field names that services of this kind have always had. */
final class JsonEncoder {
    private static final String LEFT_OUT = "[ignore]";

    private JsonEncoder() {}

    static Encoder<ILoggingEvent> encoder(Context context) {
        var json = new LogstashEncoder();
        var names = json.getFieldNames();
        names.setTimestamp("timestamp");
        names.setMessage("event");
        names.setLogger("logger");
        names.setThread("thread");
        names.setStackTrace("exception");
        names.setLevelValue(LEFT_OUT);
        names.setVersion(LEFT_OUT);
        json.setTimeZone("UTC");
        json.setIncludeContext(false);
        // `caller` is the access log's digest, always.
        json.addMdcKeyFieldName(ForwardedIdentity.MDC_KEY + "=caller_name");
        json.setThrowableConverter(new PrintableThrowable.StackTrace());
        json.setContext(context);
        json.start();
        return json;
    }
}
