package io.apikit;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.LoggerFactory;

/** What a logger logs from now on, to be waited for: a line may come after the answer it is about. */
public final class LogLines extends AppenderBase<ILoggingEvent> implements AutoCloseable {
    private final BlockingQueue<ILoggingEvent> lines = new LinkedBlockingQueue<>();
    private final Logger logger;
    private final Level before;

    private LogLines(Logger logger, Level level) {
        this.logger = logger;
        this.before = logger.getLevel();
        logger.setLevel(level);
        logger.addAppender(this);
    }

    public static LogLines of(String name, Level level) {
        var lines = new LogLines((Logger) LoggerFactory.getLogger(name), level);
        lines.start();
        return lines;
    }

    @Override
    protected void append(ILoggingEvent event) {
        event.prepareForDeferredProcessing();
        lines.add(event);
    }

    public ILoggingEvent next() throws InterruptedException {
        return Objects.requireNonNull(lines.poll(20, TimeUnit.SECONDS), "a line in the log");
    }

    /** The fields of the next line. */
    public Map<String, Object> nextFields() throws InterruptedException {
        return fields(next());
    }

    public static Map<String, Object> fields(ILoggingEvent line) {
        return line.getKeyValuePairs().stream().collect(Collectors.toMap(pair -> pair.key, pair -> pair.value));
    }

    /** The lines that have not been read. */
    public List<ILoggingEvent> soFar() {
        return List.copyOf(lines);
    }

    public void assertNoMore() {
        assertThat(lines).isEmpty();
    }

    @Override
    public void close() {
        logger.detachAppender(this);
        logger.setLevel(before);
    }
}
