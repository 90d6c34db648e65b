package io.apikit.auth.internal.oauth2proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.auth.ScriptedTransport;
import io.apikit.auth.internal.oauth2proxy.ProxySession.CookieSource;
import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import org.junit.jupiter.api.Test;

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

    private static BackendResponse setting(String line) {
        return ScriptedTransport.answer(200, "", "Content-Type", "text/plain", line);
    }
}
