package io.apikit.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.ApiApp;
import io.apikit.ServiceMetadata;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The page in a real browser, with a backend behind a fake oauth2-proxy. */
@Tag("thorough")
@Timeout(120)
class StatusPageBrowserTest {
    private static final String WRONG = "looking-glass";

    private static Chromium browser;

    private ProxiedService service;

    @BeforeAll
    static void openBrowser() {
        browser = Chromium.open();
    }

    @AfterAll
    static void closeBrowser() {
        if (browser != null) {
            browser.close();
        }
    }

    @BeforeEach
    void start() {
        service = new ProxiedService();
        browser.colours("light");
        browser.resize(1100);
    }

    @AfterEach
    void stop() {
        service.close();
    }

    private void open() {
        browser.console();
        browser.driver().get(service.running().url() + "/status");
    }

    @Test
    void pageShowsRequestsAsTheyHappen() throws Exception {
        alice().get(ProxiedService.VALUE).then().statusCode(200);
        service.running().as("alice", WRONG).get(ProxiedService.VALUE).then().statusCode(401);
        alice().get("/nightly/nonsense").then().statusCode(404);
        open();

        browser.awaitText("#backend-0", "Sessions\n1");
        browser.awaitText("#requests", "Served\n3");
        browser.awaitText("#backend-0", "1 refused\n1 success");
        assertThat(browser.text("header"))
                .contains("uservice-watched", "0.0.1", "A watched service", "oauth2-proxy", "up");
        assertThat(browser.text("#overview")).contains("Readiness\nup", "Check: backend\nup");
        assertThat(browser.text("#requests")).contains("/{jobname}/{metric}\t3\t2\t0");
        assertThat(browser.text("#backend-0"))
                .contains("Backend watched-backend", "reachable", "success\t1", "refused\t1");
        var opened = browser.script("return performance.timeOrigin");

        bob().get(ProxiedService.VALUE).then().statusCode(200);
        browser.awaitText("#requests", "Served\n4");
        browser.awaitText("#backend-0", "success\t2");
        browser.awaitText("#backend-0", "Sessions\n2");

        sendWaves();
        browser.awaitTrue("document.querySelectorAll('#requests path.first')[0].getAttribute('d').length > 120");
        assertThat(browser.script("return performance.timeOrigin")).isEqualTo(opened);
        saveScreenshots();
        assertThatNothingLeaks();
        assertThatNothingElseIsLoaded();
        assertThat(browser.console()).isEmpty();
    }

    private RequestSpecification alice() {
        return service.running().as("alice", "wonderland");
    }

    private RequestSpecification bob() {
        return service.running().as("bob", "builder");
    }

    /** Few and many requests at a time, so that the charts go up and down. */
    private void sendWaves() throws Exception {
        for (int wave = 0; wave < 40; wave++) {
            service.sendAtOnce(2 + wave * 7 % 30);
            bob().get("/nightly/duration").then().statusCode(200);
        }
    }

    private static void saveScreenshots() throws IOException {
        browser.resize(1100);
        browser.saveScreenshot("status-page.png");
        browser.colours("dark");
        browser.saveScreenshot("status-page-dark.png");
        browser.colours("light");
        browser.resize(400);
        browser.saveScreenshot("status-page-narrow.png");
        assertThat((Number) browser.script("return document.documentElement.scrollWidth"))
                .isEqualTo(400L);
    }

    private void assertThatNothingLeaks() {
        var dom = String.valueOf(browser.script("return document.documentElement.outerHTML"));
        var data = service.running().given().get("/status.json").asString();
        for (var text : List.of(dom, data)) {
            assertThat(text)
                    .contains("/{jobname}/{metric}")
                    .doesNotContain("alice", "bob", "wonderland", "builder", WRONG)
                    .doesNotContain("nightly", "coverage", "nonsense", "_oauth2_proxy", "Exception");
        }
    }

    private void assertThatNothingElseIsLoaded() {
        var asked = (List<?>) browser.script(
                "return performance.getEntries().map(entry => entry.name)" + ".filter(name => name.includes(':'))");
        assertThat(asked)
                .hasSizeGreaterThan(2)
                .allSatisfy(url -> assertThat(String.valueOf(url))
                        .startsWith(service.running().url() + "/status"));
    }

    @Test
    void pageShowsThatBackendOrServiceIsGone() {
        open();
        browser.awaitText("#overview", "backend\nup");
        assertThat(browser.isShown("silence")).isFalse();

        service.proxy().close();
        browser.awaitText("#overview", "backend\ndown");
        assertThat(browser.text("#status")).isEqualTo("degraded");
        assertThat(browser.console()).isEmpty();

        var port = service.running().app().port();
        service.running().close();
        browser.awaitText("#silence", "The service does not answer.");
        assertThat(browser.text("#status")).isEqualTo("no answer");
        assertThat(browser.isShown("silence")).isTrue();

        service.restart(port);
        browser.awaitText("#status", "degraded");
        assertThat(browser.isShown("silence")).isFalse();
        assertThat(browser.console()).allMatch(line -> line.contains("/status.json") && line.contains("net::ERR"));
    }

    @Test
    void openCircuitIsSaidInPlainWords() throws Exception {
        open();
        browser.awaitText("#backend-0", "not called yet");
        service.sendAtOnce(2);
        browser.awaitText("#backend-0", "reachable");

        service.proxy().close();
        service.sendAtOnce(60);
        service.sendAtOnce(60);
        browser.awaitText("#backend-0", "not called for now\ntoo many calls failed or were slow");
        assertThat(browser.text("#backend-0"))
                .contains("not sent: not called for now", "no connection")
                .doesNotContain("circuit", "open");
        browser.saveScreenshot("status-page-down.png");
        browser.colours("dark");
        browser.saveScreenshot("status-page-down-dark.png");
        assertThat(browser.console()).isEmpty();
    }

    @Test
    void hiddenTabLoadsNothingUntilShown() {
        open();
        browser.awaitText("#status", "up");

        var scheduled = browser.driver().executeAsyncScript("""
                const done = arguments[0], scheduled = [], ask = async hidden => {
                  while (asking) { await new Promise(next => requestAnimationFrame(next)); }
                  Object.defineProperty(document, "hidden", {value: hidden, configurable: true});
                  document.dispatchEvent(new Event("visibilitychange"));
                  const begun = asking;
                  await (asking ? new Promise(next => { const wait = () => asking ? requestAnimationFrame(wait) : next(); wait(); }) : poll());
                  scheduled.push(begun + " " + timers);
                };
                let timers = 0;
                window.setTimeout = () => ++timers;
                ask(true).then(() => ask(false)).then(() => done(scheduled.join(", ")));
                """);
        assertThat(scheduled).isEqualTo("false 0, true 1");
    }

    @Test
    void metadataIsTextAndNeverMarkup() {
        var hostile = "<img src=x onerror=\"document.title='owned'\">";
        var metadata = ServiceMetadata.builder()
                .name(hostile)
                .version("1")
                .repository("javascript:document.title='owned'")
                .description("</script><script>document.title='owned'</script>")
                .build();
        var builder = ApiApp.builder(metadata)
                .operations(ops -> ops.page(StatusPage.at("/status")).metrics(null));
        try (var other = RunningApp.start(builder)) {
            browser.driver().get(other.url() + "/status");
            browser.awaitText("#name", hostile);
            assertThat(browser.text("#unmeasured")).isEqualTo("Nothing is measured: metrics are switched off.");
            assertThat(browser.text("#description")).startsWith("</script>");
            assertThat(browser.script("return document.querySelectorAll('img, a').length"))
                    .isEqualTo(0L);
            assertThat(browser.driver().getTitle()).isEqualTo(hostile + " – status");
        }
    }
}
