package io.apikit.example;

import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.ApiApp;
import io.apikit.ServiceMetadata;
import io.apikit.ops.StatusSampling;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The status page as a person sees it: a real browser, a real service, a backend behind a fake oauth2-proxy. */
@Timeout(120)
class StatusPageTest {
    private static final String WRONG = "looking-glass";

    private static Chromium browser;

    private Demo demo;
    private Front front;

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
        demo = Demo.start();
        front = new Front(demo, start(0));
        browser.colours("light");
        browser.resize(1100);
    }

    @AfterEach
    void stop() {
        front.close();
    }

    private ApiApp start(int port) {
        return MyMicroservice.app(demo.backend(), "/", "/mymicroservice")
                .operations(ops -> {
                    ops.status("/status").stopDelay(Duration.ZERO);
                    StatusSampling.every(ops, Duration.ofMillis(250));
                })
                .build()
                .start("127.0.0.1", port);
    }

    private void open() {
        browser.console();
        browser.driver().get(front.url() + "/status");
    }

    @Test
    void itShowsWhatHappensWhileItHappens() throws Exception {
        front.alice().get(Front.VALUE).then().statusCode(200);
        front.as("alice", WRONG).get(Front.VALUE).then().statusCode(401);
        front.alice().get("/nightly/nonsense").then().statusCode(404);
        open();

        browser.awaitText("#backend-0", "Sessions\n1");
        browser.awaitText("#requests", "Served\n3");
        browser.awaitText("#backend-0", "1 refused\n1 success");
        assertThat(browser.text("header"))
                .contains("uservice-mymicroservice", "0.0.1", "My delightful microservice", "oauth2-proxy", "up");
        assertThat(browser.text("#overview")).contains("Readiness\nup", "Check: backend\nup");
        assertThat(browser.text("#requests")).contains("/{jobname}/{metric}\t3\t2\t0");
        assertThat(browser.text("#backend-0")).contains(demo.proxy().url(), "closed", "success\t1", "refused\t1");
        var opened = browser.script("return performance.timeOrigin");

        front.bob().get(Front.VALUE).then().statusCode(200);
        browser.awaitText("#requests", "Served\n4");
        browser.awaitText("#backend-0", "success\t2");
        browser.awaitText("#backend-0", "Sessions\n2");

        trafficOfManyKinds();
        browser.awaitTrue("document.querySelectorAll('#requests path.first')[0].getAttribute('d').length > 120");
        assertThat(browser.script("return performance.timeOrigin")).isEqualTo(opened);
        keepPictures();
        assertThatNothingLeaks();
        assertThatNothingIsAskedElsewhere();
        assertThat(browser.console()).isEmpty();
    }

    /** Waves of calls, one call at a time and many. */
    private void trafficOfManyKinds() throws Exception {
        for (int wave = 0; wave < 40; wave++) {
            ManyCalls.send(2 + wave * 7 % 30, front.url() + Front.VALUE).answers();
            front.bob().get("/nightly/duration").then().statusCode(200);
        }
    }

    private static void keepPictures() throws IOException {
        browser.resize(1100);
        browser.keep("status-page.png");
        browser.colours("dark");
        browser.keep("status-page-dark.png");
        browser.colours("light");
        browser.resize(400);
        browser.keep("status-page-narrow.png");
        assertThat((Number) browser.script("return document.documentElement.scrollWidth"))
                .isEqualTo(400L);
    }

    private void assertThatNothingLeaks() {
        var dom = String.valueOf(browser.script("return document.documentElement.outerHTML"));
        var data = front.nobody().get("/status.json").asString();
        for (var text : List.of(dom, data)) {
            assertThat(text)
                    .contains("/{jobname}/{metric}")
                    .doesNotContain("alice", "bob", "wonderland", "builder", WRONG)
                    .doesNotContain("nightly", "coverage", "nonsense", "_oauth2_proxy", "Exception");
        }
    }

    private void assertThatNothingIsAskedElsewhere() {
        var asked = (List<?>) browser.script(
                "return performance.getEntries().map(entry => entry.name)" + ".filter(name => name.includes(':'))");
        assertThat(asked)
                .hasSizeGreaterThan(2)
                .allSatisfy(url -> assertThat(String.valueOf(url)).startsWith(front.url() + "/status"));
    }

    @Test
    void aBackendThatIsGoneIsToldAndSoIsAServiceThatIs() {
        open();
        browser.awaitText("#overview", "backend\nup");
        assertThat(browser.isShown("silence")).isFalse();

        demo.proxy().close();
        browser.awaitText("#overview", "backend\ndown");
        assertThat(browser.text("#status")).isEqualTo("degraded");
        assertThat(browser.console()).isEmpty();

        var port = front.app().port();
        front.app().stop();
        browser.awaitText("#silence", "The service does not answer.");
        assertThat(browser.text("#status")).isEqualTo("no answer");
        assertThat(browser.isShown("silence")).isTrue();

        front = new Front(demo, start(port));
        browser.awaitText("#status", "degraded");
        assertThat(browser.isShown("silence")).isFalse();
        assertThat(browser.console()).allMatch(line -> line.contains("/status.json") && line.contains("net::ERR"));
    }

    @Test
    void aHiddenTabAsksNothingUntilItIsSeenAgain() {
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
    void whatTheMetadataSaysIsTextAndNeverMarkup() {
        var hostile = "<img src=x onerror=\"document.title='owned'\">";
        var metadata = ServiceMetadata.builder()
                .name(hostile)
                .version("1")
                .repository("javascript:document.title='owned'")
                .description("</script><script>document.title='owned'</script>")
                .build();
        try (var other = new Front(
                Demo.start(),
                ApiApp.builder(metadata)
                        .operations(ops -> ops.status("/status").metrics(null))
                        .build()
                        .start("127.0.0.1", 0))) {
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
