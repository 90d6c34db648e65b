package io.apikit.ops.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import java.util.Optional;

/** What goes before each message to a syslog (RFC 5424, section 6.2): who says it, when, and how bad it is. */
record SyslogHeader(String hostname, String service, long pid) {
    /** "User-level messages". */
    private static final int FACILITY = 1;

    private static final int HOSTNAME_CHARACTERS = 255;
    private static final int SERVICE_CHARACTERS = 48;

    /** Finds out the machine's name, which may take a moment. */
    static SyslogHeader of(String service) {
        return new SyslogHeader(
                field(machine(), HOSTNAME_CHARACTERS),
                field(service, SERVICE_CHARACTERS),
                ProcessHandle.current().pid());
    }

    /** Up to the message itself. */
    String before(ILoggingEvent event) {
        return "<" + (FACILITY * 8 + severity(event.getLevel())) + ">1 " + Instant.ofEpochMilli(event.getTimeStamp())
                + " " + hostname + " " + service + " " + pid + " - - ";
    }

    /** RFC 5424, section 6.2.1, table 2: error, warning, informational, debug. */
    private static int severity(Level level) {
        if (level.isGreaterOrEqual(Level.ERROR)) {
            return 3;
        }
        if (level.isGreaterOrEqual(Level.WARN)) {
            return 4;
        }
        return level.isGreaterOrEqual(Level.INFO) ? 6 : 7;
    }

    private static String machine() {
        return Optional.ofNullable(System.getenv("HOSTNAME")).orElseGet(() -> {
            try {
                return InetAddress.getLocalHost().getHostName();
            } catch (UnknownHostException nameless) {
                return "";
            }
        });
    }

    /** PRINTUSASCII, or a hyphen for nothing. */
    private static String field(String value, int most) {
        var printable = value.replaceAll("[^!-~]", "");
        return printable.isEmpty() ? "-" : printable.substring(0, Math.min(most, printable.length()));
    }
}
