package io.apikit.auth.simulation;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import io.apikit.BackendError;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** Rule 7: reads every log line, error and toString of a simulation for secrets; the log goes nowhere else meanwhile. */
final class SecretWatch extends AppenderBase<ILoggingEvent> implements AutoCloseable {
    private final Baton baton;
    private final Logger log = (Logger) LoggerFactory.getLogger("io.apikit");
    private final @Nullable Level before = log.getLevel();

    SecretWatch(Baton baton) {
        this.baton = baton;
        log.setLevel(Level.TRACE);
        log.setAdditive(false);
        log.addAppender(this);
        start();
    }

    /** The error, its headers and all it was caused by. */
    void inspect(BackendError error) {
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            clean("an error", cause.toString());
            if (cause instanceof BackendError told) {
                clean("an error", told.reason() + told.content() + told.headers());
            }
        }
    }

    void inspect(@Nullable Object printed) {
        clean("a toString", String.valueOf(printed));
    }

    @Override
    protected void append(ILoggingEvent event) {
        var thrown = event.getThrowableProxy();
        clean("the log", event.getFormattedMessage() + (thrown == null ? "" : ThrowableProxyUtil.asString(thrown)));
    }

    private void clean(String where, String text) {
        baton.require(!Secret.isIn(text), () -> "rule 7: a secret in " + where + ": " + text);
    }

    @Override
    public void close() {
        log.detachAppender(this);
        log.setAdditive(true);
        log.setLevel(before);
        stop();
    }
}
