package io.apikit.internal.util;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggerContextListener;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.ILoggerFactory;
import org.slf4j.LoggerFactory;

/**
 * Keeps the loggers of Jetty and of the HTTP client at INFO or above, and that of the client of Redis at ERROR, since below
 * they log whole requests with their {@code Authorization}, and passwords. Logback without a configuration logs at DEBUG. A
 * logger that the author has given a level of its own keeps it, and so do those below it, except two of Jetty that stay at
 * ERROR. Other SLF4J providers are left as they are. Thread-safe.
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
        /**
         * The least level of each. Jetty's parsers log one WARN for each malformed {@code Host}, with its value. The client of
         * Redis logs passwords at TRACE, and a WARN for each try to reconnect, which the store's user reports once.
         */
        private static final Map<String, Level> LEAST = Map.of(
                "org.eclipse.jetty", Level.INFO,
                "org.eclipse.jetty.http.HttpParser", Level.ERROR,
                "org.eclipse.jetty.util.HostPort", Level.ERROR,
                "org.apache.hc", Level.INFO,
                "io.lettuce", Level.ERROR);

        /** The loggers whose level is the one that was set here. */
        private final Set<Logger> limited = ConcurrentHashMap.newKeySet();

        static void apply(Object factory) {
            var context = (LoggerContext) factory;
            synchronized (LogbackLimit.class) {
                if (context.getCopyOfListenerList().stream().noneMatch(LogbackLimit.class::isInstance)) {
                    var limit = new LogbackLimit();
                    context.addListener(limit);
                    limit.onReset(context);
                }
            }
        }

        /** Sets the level even where it is inherited, so that a root at DEBUG has no effect on it. */
        private void limit(Logger logger) {
            if (logger.getLevel() == null || limited.contains(logger)) {
                var name = logger.getName();
                var parent = logger.getLoggerContext().getLogger(name.substring(0, name.lastIndexOf('.')));
                var level = parent.getEffectiveLevel();
                // By way of no level at all, requests could be logged meanwhile.
                var least = LEAST.getOrDefault(name, Level.INFO);
                logger.setLevel(level.isGreaterOrEqual(least) ? level : least);
                limited.add(logger);
            }
        }

        @Override
        public boolean isResetResistant() {
            return true;
        }

        /** A reset, which begins a new configuration, has removed all levels. Those that it names come after this. */
        @Override
        public void onReset(LoggerContext context) {
            limited.clear();
            LEAST.keySet().forEach(name -> limit(context.getLogger(name)));
        }

        @Override
        public void onStart(LoggerContext context) {
            // The limit was set when the listener was added.
        }

        @Override
        public void onStop(LoggerContext context) {
            // Nothing is logged any more.
        }

        /** A level that the author gives to a limited logger stays. A higher one of a logger above it applies to it too. */
        @Override
        public void onLevelChange(Logger logger, Level level) {
            if (LEAST.containsKey(logger.getName())) {
                limited.remove(logger);
            }
            if (isAboveLimited(logger.getName())) {
                Set.copyOf(limited).forEach(this::limit);
            }
        }

        private static boolean isAboveLimited(String name) {
            return name.equals(Logger.ROOT_LOGGER_NAME)
                    || LEAST.keySet().stream().anyMatch(limited -> limited.startsWith(name + '.'));
        }
    }
}
