package io.apikit.ops.logging;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.FileAppender;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.encoder.Encoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;

/** Where the log is written: standard error, a file or a syslog. */
sealed interface LogDestination {
    /**
     * Reads {@code LOGFILE}, {@code LOG_TO_SYSLOG} and {@code LOGHOST}. A file has precedence over a syslog; standard
     * error is the default.
     *
     * @throws IllegalArgumentException if a value cannot be used; the message begins with the name of the variable
     */
    static LogDestination from(Map<String, String> environment) {
        var file = LogSettings.value(environment, "LOGFILE");
        if (file.isPresent()) {
            return File.named(file.get());
        }
        return LogSettings.isOn(environment, "LOG_TO_SYSLOG")
                ? new SyslogServer(Syslog.Address.parse(
                        LogSettings.value(environment, "LOGHOST").orElse("localhost")))
                : new Console();
    }

    /** Returns a started appender for this destination. */
    Appender<ILoggingEvent> appender(LoggerContext context, LogSettings settings, String service);

    /** Standard error, so that standard output has the program's own output alone. */
    record Console() implements LogDestination {
        @Override
        public Appender<ILoggingEvent> appender(LoggerContext context, LogSettings settings, String service) {
            var console = new ConsoleAppender<ILoggingEvent>();
            console.setTarget("System.err");
            return started(console, context, settings);
        }
    }

    /** A file that lines are appended to. It is not rotated. */
    record File(Path path) implements LogDestination {
        private static File named(String name) {
            try {
                var path = Path.of(name);
                Files.newOutputStream(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND)
                        .close();
                return new File(path);
            } catch (InvalidPathException e) {
                throw LogSettings.invalid("LOGFILE", "is not the name of a file");
            } catch (IOException e) {
                throw LogSettings.invalid(
                        "LOGFILE", "cannot be written (" + e.getClass().getSimpleName() + ": " + e.getMessage() + ")");
            }
        }

        @Override
        public Appender<ILoggingEvent> appender(LoggerContext context, LogSettings settings, String service) {
            var file = new FileAppender<ILoggingEvent>();
            file.setFile(path.toString());
            return started(file, context, settings);
        }
    }

    /** A syslog that receives datagrams. It always gets JSON. */
    record SyslogServer(Syslog.Address address) implements LogDestination {
        @Override
        public Appender<ILoggingEvent> appender(LoggerContext context, LogSettings settings, String service) {
            return Syslog.appender(address, service, context);
        }
    }

    private static Appender<ILoggingEvent> started(
            OutputStreamAppender<ILoggingEvent> appender, LoggerContext context, LogSettings settings) {
        Encoder<ILoggingEvent> encoder =
                settings.isJson() ? JsonEncoder.encoder(context) : TextEncoder.encoder(context);
        appender.setContext(context);
        appender.setEncoder(encoder);
        appender.start();
        return appender;
    }
}
