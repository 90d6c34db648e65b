package io.apikit.ops.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import java.util.Map;
import org.slf4j.LoggerFactory;

/**
 * Sets Logback up as the environment says, in place of any {@code logback.xml}; the first thing a {@code main} does.
 *
 * <pre>{@code
 * Logging.configure(System.getenv(), "uservice-mymicroservice");
 * }</pre>
 *
 * <ul>
 *   <li>{@code LOGFILE}: a file to append to. Default: standard error
 *   <li>{@code LOG_TO_SYSLOG}: anything but 0, false, no, off sends the log to a syslog (RFC 5424) by UDP, unless there is a
 *       {@code LOGFILE}
 *   <li>{@code LOGHOST}: where that syslog is, {@code host} or {@code host:port}. Default {@code localhost:514}
 *   <li>{@code LOGLEVEL}: the least that is logged: TRACE, DEBUG, INFO, WARNING, ERROR or CRITICAL (which is ERROR
 *       here). Default INFO, as the access log needs
 *   <li>{@code DEBUG}: anything but 0, false, no, off is {@code LOGLEVEL=DEBUG}
 *   <li>{@code LOG_FORMAT}: {@code text} for people or {@code json} for machines. Default text on standard error and
 *       json in a file; a syslog always gets json
 * </ul>
 *
 * <p>Blank is not set. A line of JSON has {@code timestamp} (UTC), {@code level}, {@code logger}, {@code thread},
 * {@code event}, and where they are known {@code exception}, {@code request_id}, {@code trace_id}, {@code caller_name},
 * and the key-value pairs of the line, such as those of the access log. In text, control characters are escaped, and so
 * nothing that a caller sent begins a line of its own.
 *
 * <p>Jetty, Javalin and the HTTP client stay above DEBUG whatever the level is: they would print
 * {@code Authorization}. A syslog that is down, slow or has no address holds nobody up: what cannot be sent is lost.
 */
public final class Logging {
    private Logging() {}

    /**
     * Sets the log up.
     *
     * @throws IllegalArgumentException for the first variable that cannot be used, in one line that begins with its name
     * @throws IllegalStateException if SLF4J is bound to something else than Logback
     */
    public static void configure(Map<String, String> environment) {
        configure(environment, "-");
    }

    /** As {@link #configure(Map)}, with the name by which a syslog knows the service. */
    public static void configure(Map<String, String> environment, String service) {
        var factory = LoggerFactory.getILoggerFactory();
        if (!(factory instanceof LoggerContext context)) {
            throw new IllegalStateException("Logging needs Logback, but SLF4J is bound to "
                    + factory.getClass().getName());
        }
        configure(environment, service, context);
    }

    static void configure(Map<String, String> environment, String service, LoggerContext context) {
        var settings = LogSettings.from(environment);
        context.reset();
        var root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.setLevel(settings.level());
        root.addAppender(settings.to().appender(context, settings, service));
        // Each prints whole requests at DEBUG, headers and all.
        keepAbove(context, "org.eclipse.jetty", Level.WARN, settings.level());
        keepAbove(context, "io.javalin", Level.WARN, settings.level());
        keepAbove(context, "org.apache.hc", Level.INFO, settings.level());
    }

    private static void keepAbove(LoggerContext context, String logger, Level least, Level level) {
        context.getLogger(logger).setLevel(level.isGreaterOrEqual(least) ? level : least);
    }
}
