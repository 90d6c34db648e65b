package io.apikit.auth.internal.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.apikit.BackendError;
import io.apikit.http.BackendResponse;
import io.apikit.http.HttpOptions;
import io.apikit.http.RetryPolicy;
import io.apikit.http.Timing;
import io.apikit.http.internal.client.BareTransport;
import io.apikit.http.internal.client.HttpTransport;
import io.apikit.testkit.faulty.Fault;
import io.apikit.testkit.faulty.FaultyServer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What goes out after a redirect, byte for byte. */
@Timeout(20)
class BrowserTest {
    private static final String PAGE = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 2\r\n\r\nok";

    @ParameterizedTest
    @CsvSource({
        "/a//b, /a//b",
        "//, //",
        "//b/?c=//d, //b/?c=//d",
        "/a/..//b, //b",
        "/a?b=100%&c[]=1&d={}|y, /a?b=100%&c[]=1&d={}|y",
        "/\u00C3\u00A9?\u00C3\u00A9=%C3%A9, /%C3%A9?%C3%A9=%C3%A9",
        "/\u00E9, /%E9",
        "/a%7Eb%2fc;d=(e), /a%7Eb%2fc;d=(e)",
        "/%41/a+b:c@d, /%41/a+b:c@d"
    })
    void locationGoesOutAsItCame(String path, String sent) {
        try (var server = FaultyServer.start(Fault.response(200, "text/html", "ok"));
                var http = HttpTransport.to(server.url(), HttpOptions.defaults(), RetryPolicy.standard());
                var start = FaultyServer.start(Fault.redirect(302, server.url() + path))) {
            var browser = browser(http, server.url());

            var visit = browser.start(Address.of(start.url()));
            browser.follow(visit.address(), visit.redirect());

            assertThat(server.awaitRequest(1).target()).isEqualTo(sent);
        }
    }

    @Test
    void relativeLocationWithTwoSlashesInsideStaysAtItsOrigin() {
        try (var server = FaultyServer.start(Fault.redirect(302, "a//b/../c").then(Fault.raw(PAGE)));
                var http = HttpTransport.to(server.url(), HttpOptions.defaults(), RetryPolicy.standard())) {
            var browser = browser(http, server.url());

            var visit = browser.start(Address.of(server.url() + "//x/y"));
            browser.follow(visit.address(), visit.redirect());

            assertThat(server.awaitRequest(1).target()).isEqualTo("//x/y");
            assertThat(server.awaitRequest(2).target()).isEqualTo("//x/a//c");
        }
    }

    @Test
    void anEmptyLocationIsNoRedirectAndTwoAreRefused() {
        var visit = visit(List.of(" "));
        assertThat(visit.isRedirect()).isFalse();

        assertThat(visit(List.of("", "/a", "/a")).redirect().address().path()).isEqualTo("/a");
        assertThatThrownBy(() -> visit(List.of("/a", "/b")).redirect())
                .isInstanceOf(BackendError.class)
                .hasMessageContaining("two addresses");
    }

    private static PageVisit visit(List<String> locations) {
        return new PageVisit(
                PageRequest.get(Address.of("https://idp.test/")),
                BackendResponse.of(302, Map.of("Location", locations), new byte[0]));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "<!DOCTYPE html><form>|true",
                "'  <HTML lang=en>'|true",
                "<!-- A page --><form>|true",
                "<title>Log in</title>|true",
                "<p>|true",
                "<pre>|false",
                "<?xml version='1.0'?>|false",
                "{\"html\":\"<html>\"}|false",
                "Bad gateway|false",
                "''|false"
            })
    void responseWithoutAContentTypeIsAPageIfItBeginsLikeOne(String body, boolean isPage) {
        var head = "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n";
        try (var server = FaultyServer.start(Fault.raw(head + "\r\n" + body)
                        .then(Fault.raw(head + "Content-Type: text/plain\r\n\r\n" + body)));
                var http = HttpTransport.to(server.url(), HttpOptions.defaults(), RetryPolicy.standard())) {
            var browser = browser(http, server.url());

            assertThat(browser.start(Address.of(server.url())).isHtml()).isEqualTo(isPage);
            assertThat(browser.start(Address.of(server.url())).isHtml()).isFalse();
        }
    }

    private static Browser browser(HttpTransport http, String origin) {
        var bare = BareTransport.create(http, Timing.system());
        return new Browser(bare::at, new LoginOrigins(origin, Set.of()));
    }
}
