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

/** Where the log goes. */
sealed interface LogDestination {
    /** A file comes before a syslog, and that before standard error. */
    static LogDestination from(Map<String, String> environment) {
        var file = LogSettings.value(environment, "LOGFILE");
        if (file.isPresent()) {
            return File.named(file.get());
        }
        return LogSettings.isOn(environment, "LOG_TO_SYSLOG")
                ? new Syslog(SyslogAddress.parse(
                        LogSettings.value(environment, "LOGHOST").orElse("localhost")))
                : new Console();
    }

    /** Started. */
    Appender<ILoggingEvent> appender(LoggerContext context, LogSettings settings, String service);

    /** Standard error: a program's own output stays clean. */
    record Console() implements LogDestination {
        @Override
        public Appender<ILoggingEvent> appender(LoggerContext context, LogSettings settings, String service) {
            var console = new ConsoleAppender<ILoggingEvent>();
            console.setTarget("System.err");
            return started(console, context, settings);
        }
    }

    /** Appended to; nothing rotates it here. */
    record File(Path path) implements LogDestination {
        private static File named(String name) {
            try {
                var path = Path.of(name);
                Files.newOutputStream(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND)
                        .close();
                return new File(path);
            } catch (InvalidPathException malformed) {
                throw LogSettings.refused("LOGFILE", "is not the name of a file");
            } catch (IOException cannot) {
                throw LogSettings.refused(
                        "LOGFILE",
                        "cannot be written (" + cannot.getClass().getSimpleName() + ": " + cannot.getMessage() + ")");
            }
        }

        @Override
        public Appender<ILoggingEvent> appender(LoggerContext context, LogSettings settings, String service) {
            var file = new FileAppender<ILoggingEvent>();
            file.setFile(path.toString());
            return started(file, context, settings);
        }
    }

    /** By UDP. */
    record Syslog(SyslogAddress address) implements LogDestination {
        @Override
        public Appender<ILoggingEvent> appender(LoggerContext context, LogSettings settings, String service) {
            var syslog = new SyslogAppender(
                    SyslogHeader.of(service), JsonEncoder.encoder(context), new SyslogSender(address));
            syslog.setContext(context);
            syslog.start();
            return syslog;
        }
    }

    private static Appender<ILoggingEvent> started(
            OutputStreamAppender<ILoggingEvent> appender, LoggerContext context, LogSettings settings) {
        Encoder<ILoggingEvent> lines = settings.isJson() ? JsonEncoder.encoder(context) : TextEncoder.encoder(context);
        appender.setContext(context);
        appender.setEncoder(lines);
        appender.start();
        return appender;
    }
}
