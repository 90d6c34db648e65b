package io.apikit.ops.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import java.util.Map;

/** Applies the settings of the environment to Logback. Loaded only where Logback is on the class path. */
final class LogbackConfiguration {
    private LogbackConfiguration() {}

    /** @param factory the {@link LoggerContext}, which the caller has no type for */
    static void apply(Map<String, String> environment, String service, Object factory) {
        configure(environment, service, (LoggerContext) factory);
    }

    static void configure(Map<String, String> environment, String service, LoggerContext context) {
        var settings = LogSettings.from(environment);
        if (settings.isJson() || settings.destination() instanceof LogDestination.SyslogServer) {
            JsonEncoder.requireLibrary();
        }
        context.reset();
        var root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.setLevel(settings.level());
        root.addAppender(settings.destination().appender(context, settings, service));
        // At DEBUG, each of these logs requests with all their headers.
        setLevelAtLeast(context, "org.eclipse.jetty", Level.WARN, settings.level());
        setLevelAtLeast(context, "io.javalin", Level.WARN, settings.level());
        setLevelAtLeast(context, "org.apache.hc", Level.INFO, settings.level());
        // At TRACE it logs passwords. Its WARNs repeat what the user of the store reports once.
        setLevelAtLeast(context, "io.lettuce", Level.ERROR, settings.level());
        // Below it, Netty describes the platform at DEBUG, in some fifty lines.
        setLevelAtLeast(context, "io.netty", Level.INFO, settings.level());
    }

    private static void setLevelAtLeast(LoggerContext context, String logger, Level lowest, Level level) {
        context.getLogger(logger).setLevel(level.isGreaterOrEqual(lowest) ? level : lowest);
    }
}
