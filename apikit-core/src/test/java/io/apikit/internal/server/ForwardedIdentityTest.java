package io.apikit.internal.server;

import static io.javalin.apibuilder.ApiBuilder.get;
import static io.javalin.apibuilder.ApiBuilder.post;
import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.Running;
import io.apikit.ops.ForwardedIdentity;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.eclipse.jetty.server.ForwardedRequestCustomizer;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.ProxyConnectionFactory;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.MDC;

/** Who a caller is, as a proxy says it and as others do; requests byte for byte as they come. */
class ForwardedIdentityTest {
    private static final String PROXY = "127.0.0.1";
    private static final String OTHER = "127.0.0.2";
    private static final String NOBODY = "null null null null";

    private static final List<String> PARTS = List.of("User", "Email", "Preferred-Username", "Groups", "Access-Token");

    private Running running = service(config -> {}, PROXY);

    private static Running service(Consumer<JavalinConfig> config, String... trusted) {
        return Running.start(Running.builder()
                .operations(ops -> ops.trustedProxies(trusted))
                .javalin(config)
                .routes(() -> {
                    get("/who", ForwardedIdentityTest::who);
                    post("/who", ForwardedIdentityTest::who);
                }));
    }

    private static void who(Context ctx) {
        var caller = ForwardedIdentity.of(ctx);
        ctx.result(caller.flatMap(ForwardedIdentity::user).orElse(null) + " "
                + caller.flatMap(ForwardedIdentity::email).orElse(null) + " "
                + caller.flatMap(ForwardedIdentity::accessToken).orElse(null) + " "
                + MDC.get(ForwardedIdentity.MDC_KEY));
    }

    private void instead(Running other) {
        running.close();
        running = other;
    }

    private String from(String peer, String... headers) throws IOException {
        return asked(peer, "GET /who", headers);
    }

    private String asked(String peer, String line, String... headers) throws IOException {
        return running.rawFrom(
                peer,
                line + " HTTP/1.1\r\nHost: service\r\nConnection: close\r\n"
                        + Stream.of(headers).map(header -> header + "\r\n").reduce("", String::concat) + "\r\n");
    }

    private static void assertOk(String answer, String body) {
        assertThat(answer).startsWith("HTTP/1.1 200 ").endsWith("\r\n\r\n" + body);
    }

    private static void assertRefused(String answer, int status, String content) {
        var reason = status == 400 ? "Bad Request" : "Unauthorized";
        assertThat(answer)
                .startsWith("HTTP/1.1 " + status + " ")
                .containsPattern("\r\nX-Request-Id: [0-9a-f]{32}\r\n")
                .contains("Content-Type: application/json\r\n")
                .endsWith("\r\n\r\n{\"reason\":\"" + reason + "\",\"status_code\":" + status + ",\"error_content\":\""
                        + content + "\"}");
    }

    static Stream<String> forwarded() {
        return PARTS.stream().map(part -> "X-Forwarded-" + part);
    }

    static Stream<String> all() {
        return Stream.concat(forwarded(), PARTS.stream().map(part -> "X-Auth-Request-" + part));
    }

    @Test
    void aTrustedProxyNamesTheCaller() throws IOException {
        assertOk(
                from(
                        PROXY,
                        "X-Forwarded-User: CgRpZC0xEgVsb2NhbA",
                        "X-Forwarded-Email: alice@example.org",
                        "X-Forwarded-Access-Token: eyJh.eyJi.c-_~+/==",
                        "X-Forwarded-Groups: one,two",
                        "X-Forwarded-Preferred-Username: alice"),
                "CgRpZC0xEgVsb2NhbA alice@example.org eyJh.eyJi.c-_~+/== CgRpZC0xEgVsb2NhbA");
        assertOk(from(PROXY, "x-forwarded-EMAIL: alice@example.org"), "null alice@example.org null alice@example.org");
    }

    @ParameterizedTest
    @MethodSource("forwarded")
    void anIdentityFromAnotherPeerIsUnauthorized(String header) throws IOException {
        var answer = from(OTHER, header + ": mallory");

        assertRefused(answer, 401, "Who the caller is may be said by a trusted proxy only.");
        assertThat(answer)
                .contains("WWW-Authenticate: Bearer realm=\"apikit\"\r\n")
                .doesNotContain("mallory");
    }

    @Test
    void onlyThePeersThatAreNamedAreTrusted() throws IOException {
        instead(service(config -> {}, "127.0.0.4/30", "::1", "127.0.0.2"));

        assertOk(from(OTHER, "X-Forwarded-User: alice"), "alice null null alice");
        assertOk(from("127.0.0.7", "X-Forwarded-User: alice"), "alice null null alice");
        assertThat(from("127.0.0.8", "X-Forwarded-User: alice")).startsWith("HTTP/1.1 401 ");
        assertThat(from(PROXY, "X-Forwarded-User: alice")).startsWith("HTTP/1.1 401 ");
    }

    @ParameterizedTest
    @MethodSource("all")
    void anIdentityHeaderTwiceIsABadRequestWhoeverSendsIt(String header) throws IOException {
        var lower = header.toLowerCase(Locale.ROOT);
        for (var peer : List.of(PROXY, OTHER)) {
            for (var second : List.of(header + ": alice", lower + ": mallory", header.toUpperCase(Locale.ROOT) + ":")) {
                assertRefused(
                        from(peer, header + ": alice", second),
                        400,
                        "The header " + lower + " is there more than once.");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void anIdentityHeaderWithAnUnderscoreIsABadRequestWhoeverSendsIt(String header) throws IOException {
        var hyphened = header.toLowerCase(Locale.ROOT);
        var content = "The header " + hyphened + " is spelled with an underscore.";
        for (var peer : List.of(PROXY, OTHER)) {
            for (var name : List.of(
                    header.replace('-', '_'),
                    header.replaceFirst("-", "_"),
                    hyphened.replaceFirst("-(\\w+)$", "_$1"),
                    header.replace('-', '_').toUpperCase(Locale.ROOT))) {
                assertRefused(from(peer, name + ": mallory"), 400, content);
                assertRefused(from(peer, header + ": alice", name + ": mallory"), 400, content);
                assertRefused(from(peer, name + ":", header + ": alice"), 400, content);
            }
        }
    }

    @Test
    void withoutTrustedProxiesNoHeaderIsAnIdentity() throws IOException {
        instead(service(config -> {}));

        for (var peer : List.of(PROXY, OTHER)) {
            for (var header : all().toList()) {
                assertOk(from(peer, header + ": mallory"), NOBODY);
                assertOk(from(peer, header + ": mallory", header + ": alice"), NOBODY);
                assertOk(from(peer, header.replace('-', '_') + ": mallory"), NOBODY);
            }
        }
    }

    @Test
    void headersThatAProxyOnlyForwardsNameNoCaller() throws IOException {
        for (var part : PARTS) {
            assertOk(from(PROXY, "X-Auth-Request-" + part + ": mallory"), NOBODY);
            assertOk(from(OTHER, "X-Auth-Request-" + part + ": mallory"), NOBODY);
        }
        assertOk(from(PROXY, "X-Auth-Request-User: mallory", "X-Forwarded-User: alice"), "alice null null alice");
    }

    @ParameterizedTest
    @ValueSource(strings = {"X-Forwarded-For: 127.0.0.1", "Forwarded: for=127.0.0.1", "X-Real-IP: 127.0.0.1"})
    void noHeaderMakesAnotherPeerATrustedOne(String claim) throws IOException {
        instead(service(
                config -> config.jetty.modifyHttpConfiguration(
                        http -> http.addCustomizer(new ForwardedRequestCustomizer())),
                PROXY));

        assertThat(from(OTHER, "X-Forwarded-User: mallory", claim)).startsWith("HTTP/1.1 401 ");
        assertOk(
                from(PROXY, "X-Forwarded-User: alice", claim.replace("127.0.0.1", "203.0.113.9")),
                "alice null null alice");
    }

    @Test
    void noProxyProtocolMakesAnotherPeerATrustedOne() throws IOException {
        instead(service(
                config -> config.jetty.addConnector((server, http) -> {
                    var connector =
                            new ServerConnector(server, new ProxyConnectionFactory(), new HttpConnectionFactory(http));
                    connector.setHost("127.0.0.1");
                    return connector;
                }),
                PROXY));
        var preamble = "PROXY TCP4 127.0.0.1 127.0.0.1 4711 80\r\nGET /who";

        assertThat(asked(OTHER, preamble, "X-Forwarded-User: mallory")).startsWith("HTTP/1.1 401 ");
        assertOk(
                asked(PROXY, preamble.replace("127.0.0.1 ", "203.0.113.9 "), "X-Forwarded-User: alice"),
                "alice null null alice");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"a\tb", "a\u0001b", "a\u001bb", "a\u007fb", "a\u0085b", "a\u00c2\u0085b", "a\u00e2\u0080\u00a8b"
            })
    void aNameWithAControlCharacterIsABadRequest(String name) throws IOException {
        for (var header : List.of("X-Forwarded-User", "X-Forwarded-Email")) {
            assertThat(from(PROXY, header + ": " + name))
                    .startsWith("HTTP/1.1 400 ")
                    .doesNotContain(name);
        }
    }

    @Test
    void aNameOf255CharactersIsTakenAndALongerOneIsNot() throws IOException {
        var longest = "u".repeat(255);

        assertOk(from(PROXY, "X-Forwarded-User: " + longest), longest + " null null " + longest);
        assertRefused(from(PROXY, "X-Forwarded-User: u" + longest), 400, "The header x-forwarded-user is malformed.");
        assertRefused(from(PROXY, "X-Forwarded-Email: u" + longest), 400, "The header x-forwarded-email is malformed.");
    }

    @Test
    void aNameIsReadAsItsSenderMeantIt() throws IOException {
        // On the wire and in the answer the same bytes: UTF-8 for one, ISO-8859-1 for the other.
        assertOk(from(PROXY, "X-Forwarded-User: \u00c3\u0080lex"), "\u00c3\u0080lex null null \u00c3\u0080lex");
        assertOk(from(PROXY, "X-Forwarded-User: \u00c0lex"), "\u00c3\u0080lex null null \u00c3\u0080lex");
        assertOk(from(PROXY, "X-Forwarded-User:", "X-Forwarded-Email: "), NOBODY);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "canary,canary", "canary\u00e9", "canary\tcanary", "Bearer canary"})
    void aMalformedTokenIsABadRequestAndIsNotQuoted(String token) throws IOException {
        var answer = from(PROXY, "X-Forwarded-Access-Token: " + token);

        assertRefused(answer, 400, "The header x-forwarded-access-token is malformed.");
    }

    @Test
    void metadataAndHealthNeedNoIdentityAndKeepTheRules() throws IOException {
        for (var path : List.of("GET /", "GET /metadata", "HEAD /metadata")) {
            assertThat(asked(OTHER, path)).startsWith("HTTP/1.1 200 ");
            assertThat(asked(PROXY, path, "X-Forwarded-User: alice"))
                    .startsWith("HTTP/1.1 200 ")
                    .doesNotContain("alice");
            assertThat(asked(OTHER, path, "X-Forwarded-User: mallory")).startsWith("HTTP/1.1 401 ");
            assertThat(asked(PROXY, path, "X_Forwarded_User: mallory")).startsWith("HTTP/1.1 400 ");
        }
        assertThat(asked(OTHER, "GET /nowhere", "X-Forwarded-User: mallory")).startsWith("HTTP/1.1 401 ");
    }

    @Test
    void aRefusalIsProblemDetailsIfAccepted() throws IOException {
        assertThat(from(OTHER, "X-Forwarded-User: mallory", "Accept: application/problem+json"))
                .contains("Content-Type: application/problem+json\r\n")
                .endsWith("\r\n\r\n{\"type\":\"about:blank\",\"title\":\"Unauthorized\",\"status\":401,"
                        + "\"detail\":\"Who the caller is may be said by a trusted proxy only.\"}");
    }

    @Test
    void theBodyOfARefusedRequestIsNoRequest() throws IOException {
        var smuggled = "GET /metadata HTTP/1.1\r\nHost: service\r\nX-Request-Id: smuggled\r\n\r\n";
        var refused = "POST /who HTTP/1.1\r\nHost: service\r\nX_Forwarded_User: mallory\r\n";
        var last = "GET /who HTTP/1.1\r\nHost: service\r\nConnection: close\r\n\r\n";

        var whole = running.raw(refused + "Content-Length: " + smuggled.length() + "\r\n\r\n" + smuggled + last);
        assertThat(whole).startsWith("HTTP/1.1 400 ").doesNotContain("smuggled", "Connection: close\r\n\r\n{");
        assertOk(whole.substring(whole.lastIndexOf("HTTP/1.1")), NOBODY);

        var part = running.raw(refused + "Content-Length: 100000\r\n\r\n" + smuggled);
        assertThat(part)
                .startsWith("HTTP/1.1 400 ")
                .contains("\r\nConnection: close\r\n")
                .doesNotContain("smuggled");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theLogNamesTheCallerAsLongAsItsRequestIsServed(boolean virtual) throws IOException {
        instead(Running.start(Running.builder()
                .operations(ops -> ops.trustedProxies(PROXY).maxConcurrentRequests(1))
                .javalin(config -> config.concurrency.useVirtualThreads = virtual)
                .routes(() -> get("/who", ForwardedIdentityTest::who))));
        var alice = "GET /who HTTP/1.1\r\nHost: service\r\nX-Forwarded-User: alice\r\n\r\n";
        var nobody = "GET /who HTTP/1.1\r\nHost: service\r\n\r\n";
        var last = "GET /who HTTP/1.1\r\nHost: service\r\nConnection: close\r\n\r\n";

        var answers = running.raw((alice + nobody).repeat(20) + last);

        assertThat(answers.split("alice null null alice", -1)).hasSize(21);
        assertThat(answers.split(NOBODY, -1)).hasSize(22);
    }

    @Test
    void theTokenIsNotPrinted() throws IOException {
        instead(Running.start(Running.builder()
                .operations(ops -> ops.trustedProxies(PROXY))
                .routes(() -> get("/print", ctx -> ctx.result(String.valueOf(ForwardedIdentity.of(ctx)))))));

        assertOk(
                asked(PROXY, "GET /print", "X-Forwarded-User: alice", "X-Forwarded-Access-Token: canary"),
                "Optional[ForwardedIdentity[user=alice, email=null, accessToken=***]]");
    }

    @AfterEach
    void stop() {
        running.close();
    }
}
