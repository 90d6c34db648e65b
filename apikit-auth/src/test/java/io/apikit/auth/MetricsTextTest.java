package io.apikit.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The whole text of a service with a backend, after traffic of every kind. */
@Timeout(60)
class MetricsTextTest extends MeasuredService {
    private int port;

    @BeforeEach
    void someOfAllTraffic() throws Exception {
        port = serve(backend());
        callAsAlice(port, "whoami", 200);
        server.expireAll();
        callAsAlice(port, "whoami?token=looking-glass", 200);
        callAsAlice(port, "whoami", 200);
        callAsAlice(port, "reflect", 500);
        assertThat(askAs("bob", "looking-glass", port, "/call/whoami").statusCode())
                .isEqualTo(401);
        assertThat(ask(port, "/of/alice/wonderland").statusCode()).isEqualTo(404);
    }

    @Test
    void promtoolAcceptsIt() throws Exception {
        Promtool.assumeItIsHere();

        assertThat(Promtool.complaints(scrape(port).text())).isEmpty();
    }

    @Test
    void promtoolWouldNotAcceptAnything() throws Exception {
        Promtool.assumeItIsHere();

        assertThat(Promtool.complaints("no_help_count 1\n")).contains("no_help_count");
    }

    @Test
    void everyMeterHasHelp() throws Exception {
        var text = scrape(port).text();

        assertThat(text.lines().filter(line -> line.startsWith("# HELP ")))
                .hasSameSizeAs(
                        text.lines().filter(line -> line.startsWith("# TYPE ")).toList())
                .allMatch(help -> help.matches("# HELP \\S+ \\S.*"));
    }

    @Test
    void noSecretNoCallerAndNoPathIsInIt() throws Exception {
        var scraped = scrapeUntil(port, now -> now.sum("http_server_requests_seconds_count", "UNMATCHED") == 1);

        assertThat(scraped.text())
                .contains("uri=\"/call/{path}\"")
                .doesNotContainIgnoringCase("alice")
                .doesNotContainIgnoringCase("bob")
                .doesNotContain("wonderland", "looking-glass", "token-", "whoami", "reflect");
    }

    @Test
    void readingItUnderLoadFailsNeverAndCountsNothingTwice() throws Exception {
        var before = calls(scrape(port), "2xx");
        var over = new AtomicBoolean();
        var readers = threads.start(2, () -> {
            var read = 0;
            while (!over.get()) {
                assertThat(scrape(port).text()).contains("apikit_backend_calls_seconds_count");
                read++;
            }
            return read;
        });
        var callers = threads.start(8, () -> {
            for (int i = 0; i < 50; i++) {
                callAsAlice(port, "whoami", 200);
            }
            return true;
        });

        assertThat(Concurrently.ended(callers)).containsOnly(true);
        over.set(true);
        assertThat(Concurrently.ended(readers)).allMatch(read -> read > 0);
        assertThat(calls(scrape(port), "2xx")).isEqualTo(before + 400);
    }
}
