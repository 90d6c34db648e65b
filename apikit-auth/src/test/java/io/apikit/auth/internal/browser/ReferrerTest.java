package io.apikit.auth.internal.browser;

import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.auth.ScriptedTransport;
import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code Referer} and {@code Origin} as the Referrer Policy, section 8, and the Fetch Standard, section 3.2, have them. */
class ReferrerTest {
    private static final Address PAGE = Address.of("https://a.test/login?state=1");

    private final Map<String, BackendResponse> script = new HashMap<>();
    private final List<String> sent = new ArrayList<>();
    private final Browser browser = new Browser(
            origin -> request -> sent(origin, request),
            new LoginOrigins("https://a.test", Set.of("https://b.test", "https://c.test")));

    private BackendResponse sent(String origin, BackendRequest request) {
        sent.add(request.method() + " " + origin + request.target() + " " + header(request, "Origin") + " "
                + header(request, "Referer"));
        return script.getOrDefault(origin + request.target(), ScriptedTransport.html(200, ""));
    }

    private static String header(BackendRequest request, String name) {
        return request.header(name).orElse("-");
    }

    @ParameterizedTest
    @CsvSource({
        "no-referrer, -, -, -",
        "no-referrer-when-downgrade, all, all, -",
        "same-origin, all, -, -",
        "origin, origin, origin, origin",
        "strict-origin, origin, origin, -",
        "origin-when-cross-origin, all, origin, origin",
        "strict-origin-when-cross-origin, all, origin, -",
        "unsafe-url, all, all, all"
    })
    void aPolicySaysWhatTheRefererHas(String policy, String own, String other, String plain) {
        var referrer = Referrer.of(PAGE, ReferrerPolicy.ofMeta(policy).orElseThrow());

        assertThat(referer(referrer, "https://a.test/x")).isEqualTo(own);
        assertThat(referer(referrer, "https://b.test/x")).isEqualTo(other);
        assertThat(referer(referrer, "https://a.test:8443/x")).isEqualTo(other);
        assertThat(referer(referrer, "http://b.test/x")).isEqualTo(plain);
        assertThat(referer(referrer, "http://127.0.0.1:8080/x")).isEqualTo(other);
    }

    private static String referer(Referrer referrer, String to) {
        var text = referrer.referer(Address.of(to)).orElse("-");
        return text.replace("https://a.test/login?state=1", "all").replace("https://a.test/", "origin");
    }

    @ParameterizedTest
    @CsvSource({
        "no-referrer, null, null, null",
        "no-referrer-when-downgrade, https://a.test, https://a.test, null",
        "same-origin, https://a.test, null, null",
        "origin, https://a.test, https://a.test, https://a.test",
        "strict-origin, https://a.test, https://a.test, null",
        "origin-when-cross-origin, https://a.test, https://a.test, https://a.test",
        "strict-origin-when-cross-origin, https://a.test, https://a.test, null",
        "unsafe-url, https://a.test, https://a.test, https://a.test"
    })
    void aPolicySaysWhetherTheOriginIsShown(String policy, String own, String other, String plain) {
        var referrer = Referrer.of(PAGE, ReferrerPolicy.ofMeta(policy).orElseThrow());

        assertThat(referrer.origin(Address.of("https://a.test/x"))).contains(own);
        assertThat(referrer.origin(Address.of("https://b.test/x"))).contains(other);
        assertThat(referrer.origin(Address.of("http://b.test/x"))).contains(plain);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "||origin",
                "no-referrer||-",
                "bogus||origin",
                "no-referrer, bogus, unsafe-url, nonsense||all",
                "no-referrer|unsafe-url|all",
                "unsafe-url|never|-",
                "|Always|all",
                "|default|origin",
                "unsafe-url|bogus|all",
                "|origin-when-crossorigin|origin"
            })
    void thePageSaysItsPolicyInAHeaderOrInItsMarkup(String header, String meta, String expected) {
        var markup = meta == null ? "" : "<meta name=Referrer content='" + meta + "'>";
        var response = ScriptedTransport.answer(200, markup, "Referrer-Policy", header == null ? "" : header);

        var page = new HtmlPage(PAGE, PageSource.of(response), Optional.empty());

        assertThat(referer(page.referrer(), "https://b.test/")).isEqualTo(expected);
    }

    @Test
    void aLongAddressIsCutToItsOrigin() {
        var own = Address.of("https://a.test/x");

        assertThat(Referrer.of(PAGE.withQuery("q".repeat(4_075)), ReferrerPolicy.DEFAULT).referer(own))
                .hasValueSatisfying(text -> assertThat(text).hasSize(4_096));
        assertThat(Referrer.of(PAGE.withQuery("q".repeat(4_076)), ReferrerPolicy.DEFAULT).referer(own))
                .contains("https://a.test/");
    }

    @Test
    void theFirstRequestAndItsRedirectsComeFromNoPage() {
        script.put("https://a.test/start", ScriptedTransport.answer(302, "", "Location", "https://b.test/login"));

        var visit = browser.start(Address.of("https://a.test/start"));
        browser.follow(visit.address(), visit.redirect());

        assertThat(sent).containsExactly("GET https://a.test/start - -", "GET https://b.test/login - -");
    }

    @Test
    void aFormShowsItsPageAndAGetHasNoOrigin() {
        submit("https://b.test/login?x=1", "<form method=post action=/do>");
        submit("https://b.test/login?x=1", "<form action=https://c.test/do>");
        browser.submit(Address.of("https://b.test/page?x=1"), PageRequest.get(Address.of("https://b.test/link")));

        assertThat(sent)
                .containsExactly(
                        "POST https://b.test/do https://b.test https://b.test/login?x=1",
                        "GET https://c.test/do - https://b.test/",
                        "GET https://b.test/link - https://b.test/page?x=1");
    }

    @ParameterizedTest
    @CsvSource({
        "302, https://c.test/1, GET - https://b.test/",
        "303, https://b.test/1, GET - https://b.test/login?x=1",
        "307, https://b.test/1, POST https://b.test https://b.test/login?x=1",
        "308, https://c.test/1, POST https://b.test https://b.test/"
    })
    void aRedirectComesFromTheSamePage(int status, String location, String expected) {
        script.put("https://b.test/do", ScriptedTransport.answer(status, "", "Location", location));

        var visit = submit("https://b.test/login?x=1", "<form method=post action=/do>");
        browser.follow(visit.address(), visit.redirect());

        assertThat(sent.get(1)).isEqualTo(expected.replaceFirst(" ", " " + location + " "));
    }

    @Test
    void afterAForeignRedirectTheOriginIsNull() {
        script.put("https://b.test/do", ScriptedTransport.answer(307, "", "Location", "https://b.test/more"));
        script.put("https://b.test/more", ScriptedTransport.answer(307, "", "Location", "https://c.test/more"));
        script.put("https://c.test/more", ScriptedTransport.answer(307, "", "Location", "https://b.test/end"));

        var visit = submit("https://c.test/login", "<form method=post action=https://b.test/do>");
        for (int i = 0; i < 3; i++) {
            visit = browser.follow(visit.address(), visit.redirect());
        }

        assertThat(sent)
                .containsExactly(
                        "POST https://b.test/do https://c.test https://c.test/",
                        "POST https://b.test/more https://c.test https://c.test/",
                        "POST https://c.test/more null https://c.test/login",
                        "POST https://b.test/end null https://c.test/");
    }

    @Test
    void aRedirectMayChangeThePolicy() {
        script.put(
                "https://b.test/do",
                BackendResponse.of(
                        307,
                        Map.of("Location", List.of("/end"), "Referrer-Policy", List.of("origin")),
                        new byte[0]));

        var visit = submit("https://b.test/login", "<form method=post action=/do>");
        browser.follow(visit.address(), visit.redirect());

        assertThat(sent.get(1)).isEqualTo("POST https://b.test/end https://b.test https://b.test/");
    }

    private PageVisit submit(String at, String form) {
        var page = new HtmlPage(Address.of(at), form + "</form>", Optional.empty());
        return browser.submit(
                page.address(), new FilledForm(page.forms().get(0)).request());
    }
}
