package io.apikit.ops.logging;

import static java.nio.charset.StandardCharsets.UTF_8;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import ch.qos.logback.core.encoder.Encoder;

/** Makes each line one message of RFC 5424, and leaves it to the sender: whoever logs never waits for a network. */
final class SyslogAppender extends UnsynchronizedAppenderBase<ILoggingEvent> {
    private final SyslogHeader header;
    private final Encoder<ILoggingEvent> lines;
    private final SyslogSender sender;

    SyslogAppender(SyslogHeader header, Encoder<ILoggingEvent> lines, SyslogSender sender) {
        this.header = header;
        this.lines = lines;
        this.sender = sender;
    }

    @Override
    public void start() {
        sender.start();
        super.start();
    }

    @Override
    public void stop() {
        super.stop();
        sender.close();
    }

    @Override
    protected void append(ILoggingEvent event) {
        var line = new String(lines.encode(event), UTF_8).strip();
        sender.offer((header.before(event) + line).getBytes(UTF_8));
    }
}
