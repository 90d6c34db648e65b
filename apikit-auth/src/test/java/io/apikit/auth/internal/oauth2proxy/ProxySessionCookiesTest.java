package io.apikit.auth.internal.oauth2proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.auth.ScriptedTransport;
import io.apikit.auth.internal.browser.Address;
import io.apikit.auth.internal.browser.CookieScope;
import io.apikit.auth.internal.oauth2proxy.ProxySession.CookieSource;
import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProxySessionCookiesTest {
    private static final String ATTRIBUTES = "; Path=/; Expires=Fri, 31 Dec 9999 23:59:59 GMT; HttpOnly; Secure";

    private final ProxySessionCookies cookies = new ProxySessionCookies("_oauth2_proxy");

    /** As oauth2-proxy 7.0.1 sends renewed parts; a browser loses all but the first. */
    @Test
    void partsInOneLineAreAllTaken() {
        var folded = "_oauth2_proxy_0=oY-C" + ATTRIBUTES + ",_oauth2_proxy_1=t3h8|1795396046|kDmK8=" + ATTRIBUTES;

        var session = cookies.session(setting(folded), CookieSource.UNKNOWN).orElseThrow();

        assertThat(session.signed(BackendRequest.get("/")).header("Cookie"))
                .contains("_oauth2_proxy_0=oY-C; _oauth2_proxy_1=t3h8|1795396046|kDmK8=");
    }

    @Test
    void aSessionThatIsTakenAwayInOneLineIsRevoked() {
        var gone = "; Path=/; Expires=Mon, 23 Nov 2020 00:07:26 GMT; HttpOnly; Secure";

        var line = "other=1,_oauth2_proxy_0=" + gone + ",_oauth2_proxy_1=" + gone;

        assertThat(cookies.areRevokedBy(setting(line), CookieSource.UNKNOWN)).isTrue();
    }

    /** The comma of a date, and those in other cookies, part nothing. */
    @Test
    void onlyTheSessionsOwnNamesPartALine() {
        assertThat(cookies.session(setting("theirs=a,b=c,_oauth2_proxy_of_theirs=d"), CookieSource.UNKNOWN))
                .isEmpty();
    }

    /** A half of a split cookie is never a session. A new first part takes the place of the old one, as in a browser. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "none",
            value = {
                // the session so far | what a response sets | the session after it
                "|_0=a|none",
                "|_1=b|none",
                "|_0=a _2=c|none",
                "|_1=b _2=c|none",
                "|_0=a _1=|none",
                "|_0=a _00=b|none",
                "|_0=a _1=b|_0=a _1=b",
                "|_1=b _0=a|_0=a _1=b",
                "|_0=a _1=b _2=|_0=a _1=b",
                "|_0=a _1=b _=w|_=w",
                "_0=x _1=y|_0=a|_0=a _1=y",
                "_0=x _1=y _2=z|_0=a|_0=a _1=y _2=z",
                "_0=x _1=y|_0=a _0=b|_0=b _1=y",
                "_0=x _1=y _2=z|_0=a _1=b|_0=a _1=b",
                "_0=x _1=y|_0=a _1=b _2=c|_0=a _1=b _2=c",
                "_0=x _1=y|_=w _0= _1=|_=w",
                "_0=x _1=y|_1=b|none",
                "_0=x _1=y _2=z|_0=a _2=c|none",
                "_0=x _1=y|_0=a _1=|none",
                "_=w|_0=a|none",
                "_=w|_0=a _1=b|_0=a _1=b"
            })
    void partsAreASessionOnlyTogether(String before, String set, String after) {
        var held = new LinkedHashMap<String, String>();
        names(before).forEach(pair -> held.put(pair.split("=", 2)[0], pair.split("=", 2)[1]));
        var lines = names(set).map(pair -> pair + "; Path=/").toArray(String[]::new);
        var source =
                new CookieSource(Address.of("https://app.test/"), Optional.of(new CookieScope("app.test", "/")), held);

        var session = cookies.session(ScriptedTransport.answer(200, "", "Content-Type", "text/plain", lines), source);

        assertThat(session.map(ProxySession::cookies).map(Map::toString))
                .isEqualTo(Optional.ofNullable(after)
                        .map(pairs -> "{" + names(pairs).collect(Collectors.joining(", ")) + "}"));
    }

    /** The part after an underscore, with the name of the cookie before it. */
    private static Stream<String> names(@Nullable String pairs) {
        return Stream.ofNullable(pairs)
                .flatMap(text -> Arrays.stream(text.split(" ")))
                .map(pair -> "_oauth2_proxy" + (pair.startsWith("_=") ? pair.substring(1) : pair));
    }

    private static BackendResponse setting(String line) {
        return ScriptedTransport.answer(200, "", "Content-Type", "text/plain", line);
    }
}
