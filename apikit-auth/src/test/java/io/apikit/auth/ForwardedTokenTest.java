package io.apikit.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** With whose credentials the backend is asked where a proxy says who the caller is, and where somebody claims to be one. */
class ForwardedTokenTest {
    private static final String PROXY = "127.0.0.1";
    private static final String ELSEWHERE = "127.0.0.2";
    private static final String TOKEN = "X-Forwarded-Access-Token: token-alice-forwarded";
    private static final String AUTHORIZATION = "Authorization: Bearer token-alice-own";

    private ProxiedService service = new ProxiedService(PROXY);

    private void instead(ProxiedService other) {
        service.close();
        service = other;
    }

    private String ask(String path, String... headers) throws IOException {
        try (var client = FrontDoorTest.raw(service.port(), "GET " + path + " HTTP/1.1", headers)) {
            return client.readToTheEnd();
        }
    }

    private static void assertAnswer(String answer, int status, String body) {
        assertThat(answer).startsWith("HTTP/1.1 " + status + " ").endsWith("\r\n\r\n" + body);
    }

    private List<String> shown() {
        return service.received().stream()
                .map(request -> request.header("Authorization"))
                .toList();
    }

    @Test
    void theTokenOfATrustedProxyIsTheCallersBearerToken() throws IOException {
        assertAnswer(ask("/data", TOKEN), 200, "Bearer token-alice-forwarded");

        assertThat(shown()).containsExactly("Bearer token-alice-forwarded");
        assertThat(service.received().get(0).head()).doesNotContainIgnoringCase("x-forwarded");
    }

    @Test
    void itWinsOverTheAuthorizationOfTheSameRequest() throws IOException {
        ask("/data", AUTHORIZATION, TOKEN);
        ask("/data", "Authorization: garbage", TOKEN);
        ask("/data", AUTHORIZATION);

        assertThat(shown())
                .containsExactly(
                        "Bearer token-alice-forwarded", "Bearer token-alice-forwarded", "Bearer token-alice-own");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-Forwarded-User: alice",
                "X-Forwarded-Email: alice@example.org",
                "X-Forwarded-Preferred-Username: alice",
                "X-Forwarded-Groups: admins",
                "X-Auth-Request-User: alice",
                "X-Auth-Request-Access-Token: token-alice-forwarded"
            })
    void aNameIsNoCredentialsHoweverMuchItsSenderIsTrusted(String header) throws IOException {
        ask("/data", TOKEN, "X-Forwarded-User: alice", "X-Forwarded-Email: alice@example.org");

        var answer = ask("/data", header);

        assertThat(answer)
                .startsWith("HTTP/1.1 401 ")
                .contains("WWW-Authenticate: Bearer realm=\"apikit\"\r\n")
                .contains("\"error_content\":\"Credentials are needed.\"");
        assertThat(shown()).containsExactly("Bearer token-alice-forwarded");
    }

    @Test
    void aTokenFromAnotherPeerIsUnauthorizedAndNothingIsSent() throws IOException {
        instead(new ProxiedService(ELSEWHERE));

        assertThat(ask("/data", TOKEN)).startsWith("HTTP/1.1 401 ");
        assertThat(ask("/data", TOKEN, AUTHORIZATION)).startsWith("HTTP/1.1 401 ");
        assertThat(ask("/data", "X-Forwarded-User: alice", AUTHORIZATION)).startsWith("HTTP/1.1 401 ");
        assertThat(shown()).isEmpty();

        assertAnswer(ask("/data", AUTHORIZATION), 200, "Bearer token-alice-own");
    }

    @Test
    void withoutTrustedProxiesAForwardedTokenIsNobodys() throws IOException {
        instead(new ProxiedService());

        assertThat(ask("/data", TOKEN)).startsWith("HTTP/1.1 401 ").contains("Credentials are needed.");
        assertThat(ask("/data", TOKEN, TOKEN)).startsWith("HTTP/1.1 401 ").contains("Credentials are needed.");
        ask("/data", TOKEN, AUTHORIZATION);
        assertAnswer(ask("/who", "X-Forwarded-User: mallory"), 200, "user unknown, email unknown");

        assertThat(shown()).containsExactly("Bearer token-alice-own");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X_Forwarded_Access_Token: token-alice-forged",
                "X-Forwarded-Access_Token: token-alice-forged",
                "X-Forwarded-Access-Token: token-alice-forged",
                "x-forwarded-access-token: token-alice-forged",
                "X_forwarded_user: mallory"
            })
    void aSecondTokenOrAnUnderscoreIsABadRequestAndNothingIsSent(String header) throws IOException {
        for (var headers : new String[][] {{TOKEN, header}, {header, TOKEN}}) {
            assertThat(ask("/data", headers)).startsWith("HTTP/1.1 400 ").doesNotContain("forged", "mallory");
        }
        assertThat(shown()).isEmpty();
    }

    @Test
    void callersWhoShareTheProxysConnectionAreKeptApart() throws IOException {
        var line = "GET /data HTTP/1.1\r\nHost: service\r\n";
        var requests = IntStream.range(0, 100)
                .mapToObj(i -> i % 3 == 2
                        ? line + "\r\n"
                        : line + "X-Forwarded-Access-Token: user-" + i % 3 + "\r\nX-Request-Id: request-" + i
                                + "\r\n\r\n")
                .toList();
        try (var client = new RawClient(service.port(), String.join("", requests))) {
            for (var i = 0; i < 100; i++) {
                var answer = client.readUntil(i % 3 == 2 ? "Credentials are needed.\"}" : "Bearer user-" + i % 3);
                assertThat(answer).startsWith("HTTP/1.1 " + (i % 3 == 2 ? 401 : 200));
            }
        }
        assertThat(shown()).hasSize(67).containsOnly("Bearer user-0", "Bearer user-1");
    }

    @Test
    void aServiceAccountStaysTheOneThatAsks() throws IOException {
        var account = Credentials.bearer("the-services-own");
        instead(new ProxiedService(
                settings -> settings.auth(Authenticator.bearerRelay()).credentials(account), PROXY));

        ask("/data", TOKEN);
        ask("/data", "X-Forwarded-User: alice");

        assertThat(shown()).containsOnly("Bearer the-services-own").hasSize(2);
    }

    @Test
    void aModeThatNeedsAPasswordRefusesAToken() throws IOException {
        instead(new ProxiedService(settings -> settings.auth(Authenticator.basic()), PROXY));

        assertThat(ask("/data", TOKEN))
                .startsWith("HTTP/1.1 401 ")
                .contains("WWW-Authenticate: Basic")
                .contains("This service needs a user name and a password.");
        assertThat(shown()).isEmpty();
    }

    @Test
    void theTokenIsInNoErrorAndNoMetadata() throws IOException {
        assertAnswer(
                ask("/error", TOKEN),
                500,
                "{\"reason\":\"Oops\",\"status_code\":500,\"error_content\":\"Bearer ***\"}");
        for (var path : List.of("/", "/metadata", "/who", "/nowhere")) {
            assertThat(ask(path, TOKEN)).doesNotContain("token-alice");
        }
        assertThat(ask("/data", TOKEN + ", more")).startsWith("HTTP/1.1 400 ").doesNotContain("token-alice");
        assertThat(ask("/data", TOKEN, TOKEN)).startsWith("HTTP/1.1 400 ").doesNotContain("token-alice");
    }

    @AfterEach
    void stop() {
        service.close();
    }
}
