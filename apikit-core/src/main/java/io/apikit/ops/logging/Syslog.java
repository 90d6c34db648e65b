package io.apikit.ops.logging;

import static java.nio.charset.StandardCharsets.UTF_8;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import ch.qos.logback.core.encoder.Encoder;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Sends each event to a syslog as one datagram (RFC 5426): a header of RFC 5424 and a line of JSON. An event that
 * cannot be sent is lost. The first of several losses in a row is reported on standard error. Not thread-safe: the
 * thread of the {@linkplain #queued queue} in front of it is the only one that appends.
 *
 * <p>Logback's own {@code SyslogAppender} is not used, because two cases of {@code SyslogTest} fail with it. {@code
 * anEventIsOneMessageWithJson}: its header is that of RFC 3164, without a year and a time zone. {@code
 * aTooLongMessageIsCut}: it counts characters, and loses a message that has more bytes than a datagram.
 * Besides, it looks the host up only when it starts; if that fails, it never sends anything.
 */
final class Syslog extends UnsynchronizedAppenderBase<ILoggingEvent> {
    /** About a second of a busy service. */
    private static final int MAX_WAITING_EVENTS = 4_096;

    /** A datagram by IPv4 holds 65,507 bytes. The end of a longer message is cut off. */
    private static final int MAX_MESSAGE_BYTES = 60_000;

    /** "User-level messages" (RFC 5424, section 6.2.1, table 1). */
    private static final int FACILITY = 1;

    private static final int MAX_HOSTNAME_CHARACTERS = 255;
    private static final int MAX_SERVICE_CHARACTERS = 48;

    private final Address address;
    private final Encoder<ILoggingEvent> encoder;

    /** Host name, service name and process id (RFC 5424, sections 6.2.4 to 6.2.6), and no message id or data. */
    private final String origin;

    private @Nullable DatagramSocket socket;
    private boolean isFailing;

    /** Looks up the name of this machine, which may take a moment. */
    private Syslog(Address address, String service, Encoder<ILoggingEvent> encoder) {
        this.address = address;
        this.encoder = encoder;
        this.origin = headerField(machineName(), MAX_HOSTNAME_CHARACTERS) + " "
                + headerField(service, MAX_SERVICE_CHARACTERS) + " "
                + ProcessHandle.current().pid() + " - - ";
    }

    /** Returns a started appender that never blocks the thread that logs. */
    static Appender<ILoggingEvent> appender(Address address, String service, LoggerContext context) {
        var syslog = new Syslog(address, service, JsonEncoder.encoder(context));
        syslog.setContext(context);
        syslog.start();
        return queued(syslog, context);
    }

    /** Puts a queue in front of an appender, with a thread that empties it. A full queue drops events. */
    static AsyncAppender queued(Appender<ILoggingEvent> appender, LoggerContext context) {
        var queue = new AsyncAppender();
        queue.setName("apikit-syslog");
        queue.setContext(context);
        queue.setQueueSize(MAX_WAITING_EVENTS);
        // Logback's default drops events at INFO and below from the moment when four fifths of the queue are used.
        queue.setDiscardingThreshold(0);
        queue.setNeverBlock(true);
        queue.addAppender(appender);
        queue.start();
        return queue;
    }

    @Override
    public void start() {
        try {
            socket = new DatagramSocket();
        } catch (SocketException e) {
            report(e);
        }
        super.start();
    }

    @Override
    public void stop() {
        super.stop();
        if (socket != null) {
            socket.close();
        }
    }

    /** The address is looked up each time: the JVM caches it for 30 s, and a syslog may move. */
    @Override
    protected void append(ILoggingEvent event) {
        if (socket == null) {
            return;
        }
        var line = new String(encoder.encode(event), UTF_8).strip();
        var message = (header(event) + line).getBytes(UTF_8);
        try {
            var host = InetAddress.getByName(address.host());
            socket.send(new DatagramPacket(message, sentLength(message), host, address.port()));
            isFailing = false;
        } catch (IOException | RuntimeException e) {
            report(e);
        }
    }

    /** A message is not cut within a character of UTF-8. */
    private static int sentLength(byte[] message) {
        int length = Math.min(message.length, MAX_MESSAGE_BYTES);
        while (length < message.length && (message[length] & 0xc0) == 0x80) {
            length--;
        }
        return length;
    }

    /** Priority, version, time and origin (RFC 5424, section 6.2). */
    private String header(ILoggingEvent event) {
        var priority = FACILITY * 8 + severity(event.getLevel());
        return "<" + priority + ">1 " + Instant.ofEpochMilli(event.getTimeStamp()) + " " + origin;
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

    private static String machineName() {
        return Optional.ofNullable(System.getenv("HOSTNAME")).orElseGet(() -> {
            try {
                return InetAddress.getLocalHost().getHostName();
            } catch (UnknownHostException e) {
                return "";
            }
        });
    }

    /** PRINTUSASCII (RFC 5424, section 6), or a hyphen for an empty value. */
    private static String headerField(String value, int maxCharacters) {
        var printable = value.replaceAll("[^!-~]", "");
        return printable.isEmpty() ? "-" : printable.substring(0, Math.min(maxCharacters, printable.length()));
    }

    private void report(Exception e) {
        if (!isFailing) {
            isFailing = true;
            System.err.println("apikit: the log cannot be sent to LOGHOST " + address + ", lines are lost: " + e);
        }
    }

    /** The value of {@code LOGHOST}: a host by name or address, and a port. */
    record Address(String host, int port) {
        /** RFC 5426, section 3.3. */
        private static final int DEFAULT_PORT = 514;

        private static final int MAX_PORT = 65_535;

        /**
         * A name, an IPv4 address or an IPv6 address in brackets, each with an optional port; or a bare IPv6 address.
         */
        private static final Pattern FORM =
                Pattern.compile("(?:([A-Za-z0-9](?:[A-Za-z0-9._-]{0,253}))|\\[([0-9A-Fa-f:.]+)])(?::([0-9]{1,5}))?"
                        + "|([0-9A-Fa-f.]*:[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*)");

        /** @throws IllegalArgumentException if the text has another form; the message names the variable */
        static Address parse(String text) {
            var form = FORM.matcher(text);
            if (!form.matches()) {
                throw invalid(text);
            }
            var host = Optional.ofNullable(form.group(1))
                    .or(() -> Optional.ofNullable(form.group(2)))
                    .orElseGet(() -> form.group(4));
            int port = Optional.ofNullable(form.group(3)).map(Integer::parseInt).orElse(DEFAULT_PORT);
            if (port < 1 || port > MAX_PORT) {
                throw invalid(text);
            }
            return new Address(host, port);
        }

        private static IllegalArgumentException invalid(String text) {
            return LogSettings.invalid(
                    "LOGHOST",
                    "must be a host or host:port, with a port from 1 to " + MAX_PORT + ", not '" + text + "'");
        }

        @Override
        public String toString() {
            return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
        }
    }
}
