package io.apikit.ops.logging;

import io.apikit.internal.util.WireLogLimit;
import java.util.Map;
import org.slf4j.LoggerFactory;

/**
 * Configures Logback from the environment, in place of any {@code logback.xml}. A {@code main} method calls it first.
 *
 * <pre>{@code
 * Logging.configure(System.getenv(), "uservice-mymicroservice");
 * }</pre>
 *
 * <ul>
 *   <li>{@code LOGFILE}: a file that lines are appended to. Default: standard error
 *   <li>{@code LOG_TO_SYSLOG}: any value but 0, false, no or off sends the log to a syslog (RFC 5424) by UDP, unless
 *       {@code LOGFILE} is set
 *   <li>{@code LOGHOST}: the address of that syslog, {@code host} or {@code host:port}. Default: {@code localhost:514}
 *   <li>{@code LOGLEVEL}: the lowest level that is logged: TRACE, DEBUG, INFO, WARNING, ERROR or CRITICAL (the same as
 *       ERROR). Default: INFO, which the access log needs
 *   <li>{@code DEBUG}: any value but 0, false, no or off has the effect of {@code LOGLEVEL=DEBUG}
 *   <li>{@code LOG_FORMAT}: {@code text} or {@code json}. Default: text on standard error and JSON in a file; a syslog
 *       always gets JSON
 * </ul>
 *
 * <p>A blank value counts as unset. A line of JSON has the fields {@code timestamp} (UTC), {@code level}, {@code
 * logger}, {@code thread} and {@code event}. Where they are known, it also has {@code exception}, {@code request_id},
 * {@code trace_id}, {@code caller_name} and the key-value pairs of the event, such as those of the access log. In text,
 * control characters are escaped, so that no input of a caller begins a line of its own.
 *
 * <p>Whatever the level is, Jetty and Javalin log at WARN or above, and the HTTP client at INFO or above: at DEBUG they
 * would log the {@code Authorization} header. Logging never waits for a syslog that is down, slow or unknown: up to
 * 4,096 events wait for it in memory, and events that cannot be sent are lost. Thread-safe, but meant to be called
 * once, before the first request.
 */
public final class Logging {
    /** Logback is optional: this class names none of its classes, so that it can report that there is no Logback. */
    private static final String LOGBACK = "ch.qos.logback:logback-classic";

    private Logging() {}

    /**
     * Configures Logback. A syslog gets no name of the service.
     *
     * @param environment the variables, as from {@link System#getenv()}; others than those above are ignored
     * @throws IllegalArgumentException for the first value that cannot be used; the message is one line that begins
     *     with the name of the variable. Logback is unchanged then
     * @throws IllegalStateException if SLF4J is bound to another implementation than Logback, or if JSON is to be
     *     written without logstash-logback-encoder; the message names the dependency to add
     */
    public static void configure(Map<String, String> environment) {
        configure(environment, "-");
    }

    /**
     * Configures Logback like {@link #configure(Map)}, and names the service.
     *
     * @param environment the variables, as from {@link System#getenv()}; others than those above are ignored
     * @param service the APP-NAME in messages to a syslog (RFC 5424, section 6.2.5): at most 48 characters of visible
     *     ASCII; what is more is left out
     * @throws IllegalArgumentException for the first value that cannot be used; the message is one line that begins
     *     with the name of the variable. Logback is unchanged then
     * @throws IllegalStateException if SLF4J is bound to another implementation than Logback, or if JSON is to be
     *     written without logstash-logback-encoder; the message names the dependency to add
     */
    public static void configure(Map<String, String> environment, String service) {
        var factory = LoggerFactory.getILoggerFactory();
        if (!WireLogLimit.isLogback(factory)) {
            throw new IllegalStateException(
                    "Logging.configure needs Logback as the SLF4J provider: add the dependency " + LOGBACK
                            + ", and remove other providers (SLF4J is bound to "
                            + factory.getClass().getName() + ")");
        }
        LogbackConfiguration.apply(environment, service, factory);
    }
}
