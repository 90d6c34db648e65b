package io.apikit.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.custom.TokenMode;
import io.apikit.http.HttpOptions;
import io.apikit.http.RetryPolicy;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** After known traffic through the service, {@code /metrics} has just that. */
@Timeout(60)
class BackendMetricsTest extends MeasuredService {
    private static final String CALLS = "apikit_backend_calls_seconds_count";
    private static final String LOGINS = "apikit_backend_logins_seconds_count";
    private static final String STATE = "resilience4j_circuitbreaker_state";

    @Test
    void callsAreCountedByTheirOutcome() throws Exception {
        var port = serve(backend());
        for (int i = 0; i < 3; i++) {
            callAsAlice(port, "whoami", 200);
        }
        callAsAlice(port, "reflect", 500);
        callAsAlice(port, "forbidden", 403);
        var backend = "backend=\"" + address(server.url()) + '"';
        server.close();
        callAsAlice(port, "whoami", 502);

        var scraped = scrape(port);
        assertThat(calls(scraped, "2xx")).isEqualTo(3);
        assertThat(calls(scraped, "5xx")).isEqualTo(1);
        assertThat(calls(scraped, "4xx")).isEqualTo(1);
        assertThat(calls(scraped, "connection")).isEqualTo(1);
        assertThat(scraped.sum(CALLS)).isEqualTo(6);
        assertThat(logins(scraped, "success")).isEqualTo(1);
        assertThat(scraped.sum(LOGINS)).isEqualTo(1);
        assertThat(scraped.value(CALLS, "2xx", backend)).isEqualTo(3);
    }

    @Test
    void callsAndLoginsAreTimedInSecondsAndBuckets() throws Exception {
        var port = serve(backend());
        server.hold();
        server.holdAnswers();
        var call = threads.start(1, () -> callAsAlice(port, "gated").statusCode());
        server.awaitHeld(1);
        timing.pass(Duration.ofSeconds(2));
        server.release();
        server.awaitHeldAnswer();
        timing.pass(Duration.ofSeconds(3));
        server.answer();
        assertThat(Concurrently.ended(call)).containsOnly(200);

        var scraped = scrape(port);
        assertThat(scraped.value("apikit_backend_logins_seconds_sum", "success"))
                .isEqualTo(2);
        assertThat(scraped.value("apikit_backend_calls_seconds_sum", "2xx")).isEqualTo(3);
        assertThat(scraped.value("apikit_backend_calls_seconds_bucket", "2xx", "le=\"2.5\""))
                .isZero();
        assertThat(scraped.value("apikit_backend_calls_seconds_bucket", "2xx", "le=\"5.0\""))
                .isEqualTo(1);
    }

    @Test
    void loginsAreCountedByTheirOutcome() throws Exception {
        var port = serve(opened(settings().logins(4, Duration.ofHours(1))));
        callAsAlice(port, "whoami", 200);
        assertThat(askAs("bob", "looking-glass", port, "/call/whoami").statusCode())
                .isEqualTo(401);
        // Remembered: no login.
        assertThat(askAs("bob", "looking-glass", port, "/call/whoami").statusCode())
                .isEqualTo(401);
        server.loginStatus(500);
        assertThat(askAs("carol", "looking-glass", port, "/call/whoami").statusCode())
                .isEqualTo(502);
        assertThat(askAs("erin", "looking-glass", port, "/call/whoami").statusCode())
                .isEqualTo(502);
        assertThat(askAs("dave", "looking-glass", port, "/call/whoami").statusCode())
                .isEqualTo(503);

        var scraped = scrape(port);
        assertThat(logins(scraped, "success")).isEqualTo(1);
        assertThat(logins(scraped, "refused")).isEqualTo(1);
        assertThat(logins(scraped, "broken")).isEqualTo(2);
        assertThat(logins(scraped, "capped")).isEqualTo(1);
        assertThat(server.loginPosts()).isEqualTo(4);
    }

    @Test
    void refusedBasicCredentialsAreARefusedLogin() throws Exception {
        var port = serve(opened(settings().auth(Authenticator.basic())));
        callAsAlice(port, "always401", 401);

        var scraped = scrape(port);
        assertThat(logins(scraped, "refused")).isEqualTo(1);
        assertThat(logins(scraped, "success")).isZero();
    }

    @Test
    void renewalsAreCountedByTheirReason() throws Exception {
        var port = serve(opened(settings().auth(new TokenMode(Duration.ofMinutes(10)))));
        callAsAlice(port, "whoami", 200);
        timing.pass(Duration.ofMinutes(9).plusSeconds(31));
        callAsAlice(port, "whoami", 200);
        scrapeUntil(port, scraped -> logins(scraped, "success") == 2);
        timing.pass(Duration.ofMinutes(11));
        callAsAlice(port, "whoami", 200);
        for (int i = 0; i < 5; i++) {
            server.expireAll();
            callAsAlice(port, "whoami", 200);
        }
        server.expireAll();
        callAsAlice(port, "whoami", 401);

        var scraped = scrape(port);
        assertThat(renewals(scraped, "ahead")).isEqualTo(1);
        assertThat(renewals(scraped, "expired")).isEqualTo(1);
        assertThat(renewals(scraped, "rejected")).isEqualTo(5);
        assertThat(scraped.value("apikit_backend_renewals_capped_total")).isEqualTo(1);
        assertThat(logins(scraped, "success")).isEqualTo(8);
        assertThat(calls(scraped, "4xx")).isEqualTo(6);
    }

    @Test
    void retriesAreCountedAndUseTheBudget() throws Exception {
        var port =
                serve(opened(settings().retry(RetryPolicy.builder().retryOn(500).build())));
        assertThat(scrape(port).value("apikit_backend_retry_budget")).isEqualTo(10);
        callAsAlice(port, "reflect", 500);

        var scraped = scrape(port);
        assertThat(scraped.value("apikit_backend_retries_total")).isEqualTo(2);
        assertThat(scraped.value("apikit_backend_retry_budget")).isEqualTo(8.2);
        assertThat(calls(scraped, "5xx"))
                .isEqualTo(3)
                .isEqualTo(server.requests().size());
    }

    @Test
    void circuitShowsItsStateAndItsRefusals() throws Exception {
        var port = serve(backend());
        callAsAlice(port, "whoami", 200);
        assertThat(scrape(port).value(STATE, "state=\"closed\"")).isEqualTo(1);
        for (int i = 0; i < 49; i++) {
            callAsAlice(port, "reflect", 500);
        }
        callAsAlice(port, "whoami", 503);

        var open = scrape(port);
        assertThat(open.value(STATE, "state=\"open\"")).isEqualTo(1);
        assertThat(open.value(STATE, "state=\"closed\"")).isZero();
        assertThat(open.value("resilience4j_circuitbreaker_failure_rate")).isGreaterThan(90);
        assertThat(calls(open, "open"))
                .isEqualTo(open.sum(CALLS) - server.requests().size())
                .isPositive();
        timing.pass(Duration.ofMillis(5001));
        callAsAlice(port, "whoami", 200);
        assertThat(scrape(port).value(STATE, "state=\"half_open\"")).isEqualTo(1);
    }

    @Test
    void connectionsAndPlacesShowTheirUse() throws Exception {
        var options =
                HttpOptions.builder().connectTimeout(Duration.ofSeconds(10)).maxConnections(1);
        var port = serve(opened(settings().http(options.build())));
        server.holdAnswers();
        var first = threads.start(1, () -> callAsAlice(port, "gated").statusCode());
        server.awaitHeldAnswer();
        var second = threads.start(1, () -> callAsAlice(port, "gated").statusCode());
        var held = scrapeUntil(port, scraped -> scraped.value("apikit_backend_places_pending") == 1);
        assertThat(held.value("apikit_backend_places_used")).isEqualTo(1);
        assertThat(held.value("apikit_backend_places_max")).isEqualTo(1);
        assertThat(held.value("apikit_backend_connections", "leased")).isEqualTo(1);
        server.answer();
        assertThat(Concurrently.ended(first)).containsOnly(200);
        assertThat(Concurrently.ended(second)).containsOnly(200);

        var scraped = scrape(port);
        assertThat(scraped.value("apikit_backend_places_used")).isZero();
        assertThat(scraped.value("apikit_backend_places_pending")).isZero();
        assertThat(scraped.value("apikit_backend_connections", "leased")).isZero();
        assertThat(scraped.value("apikit_backend_connections", "idle")).isEqualTo(1);
    }

    @Test
    void callWithoutAPlaceIsFull() throws Exception {
        var options =
                HttpOptions.builder().connectTimeout(Duration.ofMillis(200)).maxConnections(1);
        var port = serve(opened(settings().http(options.build())));
        server.holdAnswers();
        var held = threads.start(1, () -> callAsAlice(port, "gated").statusCode());
        server.awaitHeldAnswer();
        callAsAlice(port, "whoami", 503);
        server.answer();
        assertThat(Concurrently.ended(held)).containsOnly(200);

        assertThat(calls(scrape(port), "full")).isEqualTo(1);
        assertThat(calls(scrape(port), "2xx")).isEqualTo(1);
    }

    @Test
    void keptSessionsAreCounted() throws Exception {
        var port = serve(opened(settings().sessionIdle(Duration.ofMinutes(5))));
        callAsAlice(port, "whoami", 200);
        askAs("bob", "builder", port, "/call/whoami");
        assertThat(scrape(port).value("apikit_backend_sessions")).isEqualTo(2);

        timing.pass(Duration.ofMinutes(6));
        assertThat(scrape(port).value("apikit_backend_sessions")).isZero();
    }

    @Test
    void aFurtherCallerAddsNoSeriesAndNoTag() throws Exception {
        var port = serve(backend());
        callAsAlice(port, "whoami", 200);
        var before = scrape(port);
        for (int i = 0; i < 20; i++) {
            askAs("caller" + i, "secret" + i, port, "/call/whoami");
        }
        var after = scrape(port);
        assertThat(ofBackend(after)).isEqualTo(ofBackend(before)).isNotEmpty();
        assertThat(after.text()).doesNotContain("caller1", "secret1", "alice");
    }

    private static List<String> ofBackend(Scraped scraped) {
        return scraped.text()
                .lines()
                .filter(line -> line.contains("backend=\""))
                .map(line -> line.substring(0, line.lastIndexOf(' ')))
                .sorted()
                .toList();
    }
}
