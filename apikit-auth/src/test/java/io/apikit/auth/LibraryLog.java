package io.apikit.auth;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.LoggerFactory;

/** What the library logs from now on, to be waited for: a line may come after the response that it is about. */
public final class LibraryLog extends AppenderBase<ILoggingEvent> implements AutoCloseable {
    private final BlockingQueue<ILoggingEvent> lines = new LinkedBlockingQueue<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger("io.apikit");

    public static LibraryLog opened() {
        var log = new LibraryLog();
        log.start();
        log.logger.addAppender(log);
        return log;
    }

    @Override
    protected void append(ILoggingEvent event) {
        lines.add(event);
    }

    /** Waits for a line of this level with this text, and returns it with its stack trace. Drops those before it. */
    public String await(Level level, String text) throws InterruptedException {
        for (var line = next(text); ; line = next(text)) {
            if (line.getLevel() == level && line.getFormattedMessage().contains(text)) {
                var thrown = line.getThrowableProxy();
                return line.getFormattedMessage() + (thrown == null ? "" : ThrowableProxyUtil.asString(thrown));
            }
        }
    }

    private ILoggingEvent next(String text) throws InterruptedException {
        var line = lines.poll(20, TimeUnit.SECONDS);
        assertThat(line).as("a line with %s", text).isNotNull();
        return line;
    }

    /** Returns how many lines after those that were waited for have this text. */
    public long count(String text) {
        return lines.stream()
                .filter(line -> line.getFormattedMessage().contains(text))
                .count();
    }

    /** Returns the lines of this level and above that were not waited for. */
    public List<String> linesFrom(Level level) {
        return lines.stream()
                .filter(line -> line.getLevel().isGreaterOrEqual(level))
                .map(line -> line.getLevel() + " " + line.getFormattedMessage())
                .toList();
    }

    @Override
    public void close() {
        logger.detachAppender(this);
    }
}
