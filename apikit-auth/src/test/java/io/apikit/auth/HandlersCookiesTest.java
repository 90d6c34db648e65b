package io.apikit.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.http.BackendRequest;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Cookies that a handler gives a request, in addition to those of the session. */
class HandlersCookiesTest extends FrontDoorTest {
    private static final Login SESSION =
            Login.of(Map.of()).cookie("session", "s1").cookie("route", "r1");

    private final String url = backend(config ->
            config.routes.get("/cookies", ctx -> ctx.result(Objects.requireNonNullElse(ctx.header("Cookie"), "none"))));

    private BackendSession session(Login login) {
        Authenticator mode = new Authenticator() {
            @Override
            public String name() {
                return "cookies";
            }

            @Override
            public Login logIn(Credentials credentials, LoginTransport bare) {
                return login;
            }
        };
        return opened(Backend.at(url).auth(mode).timing(timing)).session(ALICE);
    }

    private static BackendRequest request(String... cookies) {
        var request = BackendRequest.get("/cookies");
        for (var cookie : cookies) {
            request = request.header("Cookie", cookie);
        }
        return request;
    }

    @Test
    void areJoinedToThoseOfTheSession() {
        var session = session(SESSION);

        assertThat(session.send(request("theme=dark; lang=de")).text())
                .isEqualTo("session=s1; route=r1; theme=dark; lang=de");
        assertThat(session.send(request("theme=dark", "lang=de")).text())
                .isEqualTo("session=s1; route=r1; theme=dark; lang=de");
        assertThat(session.send(request()).text()).isEqualTo("session=s1; route=r1");
    }

    @Test
    void neverReplaceOneOfTheSession() {
        var session = session(SESSION);

        assertThat(session.send(request("session=evil; a=b;;route = x; SESSION=evil"))
                        .text())
                .isEqualTo("session=s1; route=r1; a=b");
    }

    @Test
    void areJoinedToAHeaderOfTheLoginToo() {
        var session = session(Login.fixed(Map.of("cookie", "session=s1")));

        assertThat(session.send(request("a=b")).text()).isEqualTo("session=s1; a=b");
    }

    @Test
    void areSentAloneWhereTheSessionHasNone() {
        var session = session(Login.of(Map.of("X-Token", "t")));

        assertThat(session.send(request("a=b")).text()).isEqualTo("a=b");
    }
}
