package io.apikit.fuzz;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import java.util.Arrays;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.LoggerFactory;

/**
 * Reads the whole log at every level. No line has a secret. None is an error or has a stack, but those of DEBUG and
 * below. No warning comes for each request.
 */
final class LogWatch extends UnsynchronizedAppenderBase<ILoggingEvent> {
    /** Warnings of one kind, in a minute: one for each of the things that can be warned about, with a margin. */
    private static final long MOST_WARNINGS = 20;

    private static final int MOST_SHOWN = 1_500;

    private final FuzzRun run;
    private final boolean countsWarnings;
    private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    private final ConcurrentHashMap<String, AtomicLong> warnings = new ConcurrentHashMap<>();

    private LogWatch(FuzzRun run, boolean countsWarnings) {
        this.run = run;
        this.countsWarnings = countsWarnings;
    }

    /** Watches the log for faults of callers, none of which is worth a warning each. */
    static LogWatch over(FuzzRun run) {
        return over(run, true);
    }

    /** Watches the log for faults of a backend, each of which may be a warning. */
    static LogWatch overBackends(FuzzRun run) {
        return over(run, false);
    }

    private static LogWatch over(FuzzRun run, boolean countsWarnings) {
        var watch = new LogWatch(run, countsWarnings);
        watch.setContext(watch.root.getLoggerContext());
        watch.start();
        watch.root.addAppender(watch);
        return watch;
    }

    @Override
    protected void append(ILoggingEvent event) {
        if (event.getLoggerName().startsWith("io.apikit.fuzz")) {
            return;
        }
        run.tally().checked();
        var thrown = event.getThrowableProxy();
        var text = event.getFormattedMessage()
                + event.getMDCPropertyMap()
                + (thrown == null ? "" : ThrowableProxyUtil.asString(thrown));
        if (Secrets.areIn(text)) {
            report("the log has a secret", event, text);
        }
        if (event.getLevel().isGreaterOrEqual(Level.ERROR)) {
            report("the log has an error", event, text);
        } else if (thrown != null && event.getLevel().isGreaterOrEqual(Level.INFO)) {
            report("the log has a stack", event, text);
        } else if (countsWarnings && event.getLevel() == Level.WARN) {
            countWarning(event, text);
        }
    }

    private void countWarning(ILoggingEvent event, String text) {
        long minute = TimeUnit.MILLISECONDS.toMinutes(event.getTimeStamp());
        var kind = event.getLoggerName() + event.getMessage() + minute;
        if (warnings.computeIfAbsent(kind, ignored -> new AtomicLong()).incrementAndGet() == MOST_WARNINGS) {
            report("the log has a warning for each request", event, text);
        }
    }

    private void report(String what, ILoggingEvent event, String text) {
        var thrown = event.getThrowableProxy();
        var kind = thrown == null ? event.getLoggerName() : thrown.getClassName() + " " + firstFrame(thrown);
        run.findings()
                .add(what + " (" + kind + ")\n    " + Secrets.masked(text, MOST_SHOWN) + "\n    cases under way: "
                        + run.underWay());
    }

    private static String firstFrame(IThrowableProxy thrown) {
        var frames = thrown.getStackTraceElementProxyArray();
        return Arrays.stream(frames)
                .map(frame -> frame.getStackTraceElement())
                .filter(frame -> !frame.getClassName().startsWith("java"))
                .map(frame -> frame.getFileName() + ":" + frame.getLineNumber())
                .findFirst()
                .orElse("");
    }

    /** What is watched. */
    interface Body {
        void run(Leftovers leftovers) throws Exception;
    }

    /** Watches while this runs, and fails then if there is any finding. */
    void during(Body body) throws Exception {
        try {
            body.run(new Leftovers(run));
        } finally {
            root.detachAppender(this);
            stop();
        }
        run.findings().assertNone();
    }
}
