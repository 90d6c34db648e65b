package io.apikit.ops.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Context;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.encoder.EncoderBase;
import io.apikit.ops.ForwardedIdentity;
import net.logstash.logback.encoder.LogstashEncoder;

/** Encodes an event as a line of JSON. The field names are those that existing services of this kind use. */
final class JsonEncoder extends EncoderBase<ILoggingEvent> {
    private static final String OMITTED = "[ignore]";

    private final Encoder<ILoggingEvent> fields;

    private JsonEncoder(Encoder<ILoggingEvent> fields) {
        this.fields = fields;
    }

    /**
     * Checks that the library of the encoder is there, before anything of Logback is changed.
     *
     * @throws IllegalStateException if it is not, naming the dependency
     */
    static void requireLibrary() {
        try {
            var unused = LogstashEncoder.class.getName();
        } catch (NoClassDefFoundError e) {
            throw new IllegalStateException(
                    "JSON in the log needs the dependency net.logstash.logback:logstash-logback-encoder;"
                            + " LOG_FORMAT=text on standard error or in a file needs none",
                    e);
        }
    }

    /** Returns a started encoder. */
    static Encoder<ILoggingEvent> encoder(Context context) {
        var encoder = new JsonEncoder(fields(context));
        encoder.setContext(context);
        encoder.start();
        return encoder;
    }

    @Override
    public byte[] encode(ILoggingEvent event) {
        return PrintableText.json(fields.encode(event));
    }

    @Override
    public byte[] headerBytes() {
        return fields.headerBytes();
    }

    @Override
    public byte[] footerBytes() {
        return fields.footerBytes();
    }

    @Override
    public void stop() {
        super.stop();
        fields.stop();
    }

    private static Encoder<ILoggingEvent> fields(Context context) {
        var encoder = new LogstashEncoder();
        var names = encoder.getFieldNames();
        names.setTimestamp("timestamp");
        names.setMessage("event");
        names.setLogger("logger");
        names.setThread("thread");
        names.setStackTrace("exception");
        names.setLevelValue(OMITTED);
        names.setVersion(OMITTED);
        encoder.setTimeZone("UTC");
        encoder.setIncludeContext(false);
        // The access log has a field `caller` already: a digest.
        encoder.addMdcKeyFieldName(ForwardedIdentity.MDC_KEY + "=caller_name");
        encoder.setThrowableConverter(new PrintableText.StackTrace());
        encoder.setContext(context);
        encoder.start();
        return encoder;
    }
}
