package io.apikit.internal.util;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggerContextListener;
import java.util.List;
import org.slf4j.ILoggerFactory;
import org.slf4j.LoggerFactory;

/**
 * Keeps the loggers of Jetty and of the HTTP client at INFO or above, since at DEBUG they log whole requests with their
 * {@code Authorization}. Logback without a configuration logs at DEBUG. A logger that the author has given a level of
 * its own keeps it, and so do those below it. Other SLF4J providers are left as they are. Thread-safe.
 */
public final class WireLogLimit {
    private static final String LOGBACK = "ch.qos.logback.classic.LoggerContext";

    private WireLogLimit() {}

    /** Applies the limit if SLF4J is bound to Logback. Called again, it changes nothing. */
    public static void apply() {
        apply(LoggerFactory.getILoggerFactory());
    }

    static void apply(ILoggerFactory factory) {
        if (isLogback(factory)) {
            LogbackLimit.apply(factory);
        }
    }

    /** Returns whether SLF4J's provider is Logback, without loading a class of Logback. */
    public static boolean isLogback(ILoggerFactory factory) {
        return factory.getClass().getName().equals(LOGBACK);
    }

    /** The only class here that needs Logback, which is optional: it is loaded once Logback is known to be there. */
    private static final class LogbackLimit implements LoggerContextListener {
        private static final List<String> LOGGERS = List.of("org.eclipse.jetty", "org.apache.hc");

        static void apply(Object factory) {
            var context = (LoggerContext) factory;
            synchronized (LogbackLimit.class) {
                if (context.getCopyOfListenerList().stream().noneMatch(LogbackLimit.class::isInstance)) {
                    context.addListener(new LogbackLimit());
                }
                LOGGERS.forEach(name -> limit(context.getLogger(name)));
            }
        }

        /** Sets the level even where it is inherited, so that a change of the root's level has no effect on it. */
        private static void limit(Logger logger) {
            if (logger.getLevel() == null) {
                var level = logger.getEffectiveLevel();
                logger.setLevel(level.isGreaterOrEqual(Level.INFO) ? level : Level.INFO);
            }
        }

        @Override
        public boolean isResetResistant() {
            return true;
        }

        /** A reset, which begins a new configuration, has removed all levels. Those that it names come after this. */
        @Override
        public void onReset(LoggerContext context) {
            LOGGERS.forEach(name -> limit(context.getLogger(name)));
        }

        @Override
        public void onStart(LoggerContext context) {
            // The limit was set when the listener was added.
        }

        @Override
        public void onStop(LoggerContext context) {
            // Nothing is logged any more.
        }

        @Override
        public void onLevelChange(Logger logger, Level level) {
            // The author's own levels stay.
        }
    }
}
