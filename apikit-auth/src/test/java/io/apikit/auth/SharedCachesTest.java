package io.apikit.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.http.BackendRequest;
import io.javalin.http.Context;
import java.net.http.HttpHeaders;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a cache that callers share may make of a response that is passed on, as RFC 9111 has it. */
class SharedCachesTest extends StreamTest {
    private static final String[] NAMED = {
        "CDN-Cache-Control", "Cloudflare-CDN-Cache-Control", "surrogate-control", "X-Accel-Expires", "X-Note"
    };

    private HttpHeaders passed(Consumer<Context> before, String... head) throws Exception {
        serve(responding(head), ctx -> {
            before.accept(ctx);
            alice().stream(BackendRequest.get("/data"), ctx, NAMED);
        });
        return ask("GET").headers();
    }

    private HttpHeaders passed(String... head) throws Exception {
        return passed(ctx -> {}, head);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "public, max-age=600 | private, max-age=600",
                "PUBLIC | private",
                "max-age=600 | private, max-age=600",
                "s-maxage=600, max-age=5 | private, max-age=5",
                "S-MaxAge=\"600\" | private",
                "private=\"set-cookie\", max-age=5 | private, max-age=5",
                "no-cache=\"public, s-maxage\", public | private, no-cache=\"public, s-maxage\"",
                "no-store | private, no-store",
                "max-age=5, private | max-age=5, private",
                ",public , , must-revalidate | private, must-revalidate",
                "x=\"public | private",
                "max-age=5, \u0001PUBLIC, must-revalidate | private, max-age=5, must-revalidate",
                "pub\u00e9lic, no-cache=\"a, b\" | private, no-cache=\"a, b\"",
            })
    void whatTheBackendLetsCachesKeepIsForTheCallersOwn(String byBackend, String toCaller) throws Exception {
        var headers = passed("Cache-Control: " + byBackend);

        assertThat(String.join(", ", headers.allValues("Cache-Control"))).isEqualTo(toCaller);
        assertThat(headers.allValues("Vary")).contains("Authorization");
    }

    @Test
    void severalLinesAreOneList() throws Exception {
        var headers = passed("Cache-Control: public", "Cache-Control: s-maxage=9", "Cache-Control: max-age=5");

        assertThat(headers.allValues("Cache-Control")).containsExactly("private", "max-age=5");
    }

    @Test
    void aResponseWithoutTheHeaderIsPrivateToo() throws Exception {
        assertThat(passed("Last-Modified: Tue, 01 Jan 2030 00:00:00 GMT").allValues("Cache-Control"))
                .containsExactly("private, no-cache");
        connectionIsFreeAgain();
        assertThat(passed("Expires: Tue, 01 Jan 2030 00:00:00 GMT").allValues("Cache-Control"))
                .containsExactly("private");
    }

    @Test
    void headersForSomeSharedCachesAreNeverPassedOn() throws Exception {
        var headers = passed(
                "CDN-Cache-Control: max-age=9",
                "Cloudflare-CDN-Cache-Control: max-age=9",
                "Surrogate-Control: max-age=9",
                "X-Accel-Expires: 9",
                "X-Note: kept");

        assertThat(headers.map())
                .doesNotContainKeys(
                        "cdn-cache-control", "cloudflare-cdn-cache-control", "surrogate-control", "x-accel-expires")
                .containsKey("x-note");
    }

    @Test
    void itVariesByTheCallerWhateverElseItVariesBy() throws Exception {
        assertThat(passed("Vary: Accept").allValues("Vary")).containsExactlyInAnyOrder("Accept", "Authorization");
        connectionIsFreeAgain();
        assertThat(passed("Vary: accept, authorization").allValues("Vary")).containsExactly("accept, authorization");
        connectionIsFreeAgain();
        assertThat(passed("Vary: *").allValues("Vary")).containsExactly("*");
    }

    @Test
    void whatTheHandlerItselfSetsStands() throws Exception {
        var headers = passed(
                ctx -> ctx.header("Cache-Control", "public, max-age=60").header("CDN-Cache-Control", "max-age=61"),
                "Cache-Control: public, max-age=600",
                "CDN-Cache-Control: max-age=600");

        assertThat(headers.allValues("Cache-Control")).containsExactly("public, max-age=60");
        assertThat(headers.allValues("CDN-Cache-Control")).containsExactly("max-age=61");
        assertThat(headers.allValues("Vary")).contains("Authorization");
    }

    /** An empty response is not sent before the handler returns. */
    @Test
    void whatTheHandlerSetsAfterwardsStandsToo() throws Exception {
        serve(responding("Cache-Control: public"), ctx -> {
            alice().stream(BackendRequest.get("/data"), ctx);
            ctx.header("Cache-Control", "public, max-age=60");
        });

        assertThat(ask("HEAD").headers().allValues("Cache-Control")).containsExactly("public, max-age=60");
    }

    @Test
    void aBackendWithoutALoginDecidesItself() throws Exception {
        serve(
                responding("Cache-Control: public, s-maxage=9", "CDN-Cache-Control: max-age=9"),
                settings -> settings.auth(Authenticator.none()),
                ctx -> session(ALICE).stream(BackendRequest.get("/data"), ctx, NAMED));
        var headers = ask("GET").headers();

        assertThat(headers.allValues("Cache-Control")).containsExactly("public, s-maxage=9");
        assertThat(headers.allValues("CDN-Cache-Control")).containsExactly("max-age=9");
        assertThat(headers.allValues("Vary")).doesNotContain("Authorization");
    }

    /** A response of two bytes with these headers. */
    private static WireBackend.Script responding(String... head) {
        var lines = List.of("HTTP/1.1 200 OK", "Content-Length: 2", String.join("\r\n", head));
        return call -> call.write(String.join("\r\n", lines) + "\r\n\r\nok");
    }
}
