package io.apikit.ops.logging;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import io.restassured.path.json.JsonPath;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Real datagrams on the loopback interface. */
@Timeout(60)
class SyslogTest {
    /** RFC 5424, section 6. */
    private static final Pattern MESSAGE =
            Pattern.compile("<(\\d{1,3})>1 (\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(?:\\.\\d{1,6})?Z)"
                    + " ([!-~]{1,255}) ([!-~]{1,48}) (\\d+) - - (\\{.*})");

    private final LoggerContext context = new LoggerContext();
    private final DatagramSocket syslog;

    SyslogTest() throws IOException {
        context.setMDCAdapter(new LogbackMDCAdapter());
        syslog = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        syslog.setSoTimeout(20_000);
    }

    @AfterEach
    void stop() {
        context.stop();
        syslog.close();
    }

    private void configure(String host) {
        LogbackConfiguration.configure(
                Map.of("LOG_TO_SYSLOG", "1", "LOGHOST", host, "LOGLEVEL", "TRACE", "LOG_FORMAT", "text"),
                "uservice-test",
                context);
    }

    private String received() throws IOException {
        var packet = new DatagramPacket(new byte[65_535], 65_535);
        syslog.receive(packet);
        return new String(packet.getData(), 0, packet.getLength(), UTF_8);
    }

    private MatchResult message() throws IOException {
        var message = MESSAGE.matcher(received());
        assertThat(message.matches()).as("%s", message).isTrue();
        return message.toMatchResult();
    }

    @Test
    void anEventIsOneMessageWithJson() throws Exception {
        configure("127.0.0.1:" + syslog.getLocalPort());
        context.getLogger("org.example").info("two\nlines \u00e9 \u0007");
        var message = message();
        assertThat(message.group(4)).isEqualTo("uservice-test");
        assertThat(message.group(5))
                .isEqualTo(String.valueOf(ProcessHandle.current().pid()));
        var json = JsonPath.from(message.group(6));
        assertThat(json.getString("event")).isEqualTo("two\nlines \u00e9 \u0007");
        assertThat(json.getString("level")).isEqualTo("INFO");
        assertThat(json.getString("logger")).isEqualTo("org.example");
    }

    @ParameterizedTest
    @CsvSource({"ERROR, 11", "WARN, 12", "INFO, 14", "DEBUG, 15", "TRACE, 15"})
    void thePriorityHasFacilityAndSeverity(String level, String priority) throws Exception {
        configure("localhost:" + syslog.getLocalPort());
        context.getLogger("org.example")
                .atLevel(org.slf4j.event.Level.valueOf(level))
                .log("x");
        assertThat(message().group(1)).isEqualTo(priority);
    }

    @Test
    void aTooLongMessageIsCut() throws Exception {
        configure("127.0.0.1:" + syslog.getLocalPort());
        context.getLogger("org.example").info("x".repeat(200_000));
        assertThat(received()).hasSize(60_000);
        context.getLogger("org.example").info("\u00e9".repeat(59_000));
        assertThat(received()).contains("\u00e9\u00e9").doesNotContain("\ufffd").hasSizeBetween(30_000, 30_500);
        context.getLogger("org.example").info("x" + "\u00e9".repeat(59_000));
        assertThat(received()).contains("\u00e9\u00e9").doesNotContain("\ufffd");
        context.getLogger("org.example").info("next");
        assertThat(message().group(6)).contains("\"next\"");
    }

    @Test
    void anUnreachableSyslogNeverBlocks() throws Exception {
        var port = syslog.getLocalPort();
        syslog.close();
        for (var host : new String[] {"127.0.0.1:" + port, "no-such-host.invalid"}) {
            configure(host);
            for (int i = 0; i < 10_000; i++) {
                context.getLogger("org.example").info("line {}", i);
            }
        }
        assertThat(context.getLogger("org.example").getEffectiveLevel()).isEqualTo(Level.TRACE);
    }

    @Test
    void aFullQueueDropsEvents() throws Exception {
        var taken = new CountDownLatch(1);
        var end = new CountDownLatch(1);
        var queue = Syslog.queued(new Stuck(taken, end), context);
        var log = context.getLogger("org.example");
        log.addAppender(queue);
        log.info("taken");
        taken.await();
        for (int i = 0; i < 100_000; i++) {
            log.info("waits");
        }
        assertThat(queue.getNumberOfElementsInQueue()).isEqualTo(4_096);
        end.countDown();
    }

    /** Takes an event and does not come back before the end. */
    private static final class Stuck extends UnsynchronizedAppenderBase<ILoggingEvent> {
        private final CountDownLatch taken;
        private final CountDownLatch end;

        Stuck(CountDownLatch taken, CountDownLatch end) {
            this.taken = taken;
            this.end = end;
            start();
        }

        @Override
        protected void append(ILoggingEvent event) {
            taken.countDown();
            try {
                end.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "localhost, localhost:514",
        "log.example.org, log.example.org:514",
        "log.example.org:1514, log.example.org:1514",
        "10.1.2.3:65535, 10.1.2.3:65535",
        "::1, [::1]:514",
        "[fd00::1], [fd00::1]:514",
        "[fd00::1]:1, [fd00::1]:1",
    })
    void aHostHasAnOptionalPort(String text, String address) {
        assertThat(Syslog.Address.parse(text)).hasToString(address);
    }
}
