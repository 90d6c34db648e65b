package io.apikit.testkit.opensite;

import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.testkit.support.PortCheck;
import io.apikit.testkit.support.TestBrowser;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class FakeSiteTest {
    private final FakeSite site =
            FakeSite.inFrontOf(ctx -> ctx.result(ctx.method() + " " + ctx.path() + " " + ctx.body()));
    private final TestBrowser browser = new TestBrowser();

    @AfterEach
    void stop() {
        site.close();
    }

    @Test
    void eachMethodReachesTheHandler() {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(site.url() + "/a/b")).PUT(BodyPublishers.ofString("body"));

        assertThat(browser.send(request).body()).isEqualTo("PUT /a/b body");
        assertThat(browser.get(site.url() + "/").body()).isEqualTo("GET / ");
    }

    @Test
    void serverThatIsDownComesUpAtTheSamePort() {
        String url = site.url();
        site.down();
        site.down();

        assertThat(PortCheck.open(url)).isFalse();
        site.up();
        site.up();

        assertThat(site.url()).isEqualTo(url);
        assertThat(browser.get(url + "/again").body()).isEqualTo("GET /again ");
    }

    @Test
    void serverThatIsClosedStaysDown() {
        site.down();
        site.close();
        site.up();

        assertThat(PortCheck.open(site.url())).isFalse();
    }
}
