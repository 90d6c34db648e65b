package io.apikit.callers;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.equalTo;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import io.apikit.callers.JwtCheck.KeyCache;
import io.apikit.ops.callers.CallerCheck.Admitted;
import io.apikit.ops.callers.CallerCheck.Refused;
import io.restassured.response.ValidatableResponse;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Signed tokens, through the front door, from an issuer on loopback. */
@Timeout(60)
class JwtTest {
    private Issuer issuer;
    private ProtectedService service;

    @BeforeEach
    void start() throws IOException {
        issuer = new Issuer();
        service = ProtectedService.start(issuer.check());
    }

    @AfterEach
    void stop() {
        service.close();
        issuer.close();
    }

    private ValidatableResponse refused(String token, String content) {
        return service.withToken(token)
                .get("/value")
                .then()
                .statusCode(401)
                .header(
                        "WWW-Authenticate",
                        "Bearer realm=\"apikit\", error=\"invalid_token\", error_description=\"" + content + '"')
                .body("error_content", equalTo(content));
    }

    @Test
    void tokenOfTheIssuerIsServed() throws JOSEException {
        service.withToken(issuer.token()).get("/value").then().body(equalTo("93.5 for alice in the log alice"));
        service.withToken(issuer.token(issuer.key(), "at+jwt", claims -> claims))
                .get("/value")
                .then()
                .statusCode(200);
        service.withToken(issuer.ellipticToken()).get("/value").then().statusCode(200);
        service.withToken(issuer.token(claims -> claims.subject(null).claim("client_id", "robot")))
                .get("/value")
                .then()
                .body(equalTo("93.5 for robot in the log robot"));
        assertThat(service.handled()).noneMatch(headers -> headers.contains("eyJ"));
        assertThat(service.backendHeaders()).noneMatch(headers -> headers.contains("eyJ"));
    }

    @Test
    void callerWithoutTokenGetsChallengeWithoutError() {
        service.given().get("/value").then().statusCode(401).header("WWW-Authenticate", "Bearer realm=\"apikit\"");
        service.given().auth().preemptive().basic("a", "b").get("/value").then().statusCode(401);
        assertThat(issuer.fetches()).isZero();
        assertThat(service.checks("missing")).isEqualTo(2);
    }

    @Test
    void wrongClaimsAreRefused() {
        var now = Instant.now();
        refused(issuer.token(claims -> claims.issuer("https://evil.example.org")), "The token is of another issuer");
        refused(issuer.token(claims -> claims.audience("other")), "The token is for another service");
        refused(issuer.token(claims -> claims.audience((String) null)), "The token is for another service");
        refused(
                issuer.token(claims -> claims.expirationTime(Date.from(now.minusSeconds(90)))),
                "The token has expired");
        refused(issuer.token(claims -> claims.expirationTime(null)), "The token has no time of expiry");
        refused(
                issuer.token(claims -> claims.notBeforeTime(Date.from(now.plusSeconds(90)))),
                "The token is not valid yet");
        refused(issuer.token(claims -> claims.subject("a\nb")), "The token names nobody");
        refused(issuer.token(issuer.key(), "logout+jwt", claims -> claims), "The token is of another type");
        assertThat(service.handled()).isEmpty();
        assertThat(service.checks("wrong_audience")).isEqualTo(2);
    }

    @Test
    void clocksMayDifferByAMinute() {
        var now = Instant.now();
        service.withToken(issuer.token(claims -> claims.expirationTime(Date.from(now.minusSeconds(5)))))
                .get("/value")
                .then()
                .statusCode(200);
        service.withToken(issuer.token(claims -> claims.notBeforeTime(Date.from(now.plusSeconds(30)))))
                .get("/value")
                .then()
                .statusCode(200);
    }

    @Test
    void tokenThatIsNotSignedIsRefused() {
        refused(new PlainJWT(issuer.claims().build()).serialize(), "The token is not signed in an accepted way");
        var parts = issuer.token().split("\\.", -1);
        refused(encoded("{\"alg\":\"none\"}") + "." + parts[1] + ".", "The token is not signed in an accepted way");
        refused(
                encoded("{\"alg\":\"NONE\"}") + "." + parts[1] + "." + parts[2],
                "The token is not signed in an accepted way");
    }

    @Test
    void publicKeyIsNoSharedSecret() throws JOSEException {
        var secret = issuer.key().toRSAPublicKey().getEncoded();
        var token = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("first").build(),
                issuer.claims().build());
        token.sign(new MACSigner(secret));
        refused(token.serialize(), "The token is not signed in an accepted way");
        assertThatThrownBy(() -> Callers.jwt(jwt -> jwt.algorithms("HS256")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Callers.jwt(jwt -> jwt.algorithms("none")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void algorithmOutsideTheListIsRefused() throws JOSEException {
        var check = Callers.jwt(
                jwt -> jwt.issuer(issuer.url()).audience(Issuer.AUDIENCE).algorithms("ES256"));
        assertThat(check.check(header(issuer.token()))).isInstanceOf(Refused.class);
        assertThat(check.check(header(issuer.ellipticToken()))).isInstanceOf(Admitted.class);
    }

    @Test
    void tokenOfAnotherKeyIsRefused() {
        service.withToken(issuer.token()).get("/value").then().statusCode(200);
        refused(issuer.token(Issuer.rsa("first"), "JWT", claims -> claims), "The signature of the token is wrong");
        var parts = issuer.token().split("\\.", -1);
        var other = issuer.token(claims -> claims.subject("mallory")).split("\\.", -1);
        refused(parts[0] + "." + other[1] + "." + parts[2], "The signature of the token is wrong");
    }

    @Test
    void tokenCannotBringItsOwnKey() throws Exception {
        var own = Issuer.rsa("own");
        var token = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.RS256)
                        .jwk(own.toPublicJWK())
                        .jwkURL(java.net.URI.create(issuer.url() + "/evil"))
                        .build(),
                issuer.claims().build());
        token.sign(new com.nimbusds.jose.crypto.RSASSASigner(own));
        assertThat(service.withToken(token.serialize()).get("/value").statusCode())
                .isEqualTo(401);
    }

    @Test
    void nonsenseIsRefused() {
        var deep = "[".repeat(5_000) + "]".repeat(5_000);
        var parts = issuer.token().split("\\.", -1);
        for (var token : List.of(
                "x",
                "a.b.c",
                "..",
                parts[0] + "." + parts[1],
                parts[0] + "." + encoded("{\"a\":" + deep.substring(0, 500)) + "." + parts[2],
                encoded("{\"alg\":\"RS256\",\"a\":" + deep.substring(4_000, 6_000) + "}") + "." + parts[1] + "."
                        + parts[2])) {
            refused(token, "The token is malformed");
        }
        var check = issuer.check();
        assertThat(check.check(header("e".repeat(16 * 1024 + 1))))
                .isInstanceOfSatisfying(
                        Refused.class, refusal -> assertThat(refusal.content()).isEqualTo("The token is too long"));
        var nested = parts[0] + "." + encoded("{\"a\":" + deep + "}") + "." + parts[2];
        assertThat(check.check(header(nested))).isInstanceOf(Refused.class);
        service.given()
                .header("Authorization", "Bearer " + issuer.token(), "Bearer " + issuer.token())
                .get("/value")
                .then()
                .statusCode(401);
    }

    @Test
    void newKeyCountsAtOnceAndOldOneNoMore() {
        var before = issuer.token();
        service.withToken(before).get("/value").then().statusCode(200);
        issuer.rotate("second");
        service.withToken(issuer.token()).get("/value").then().statusCode(200);
        refused(before, "The token is signed with a key that the issuer does not name");
    }

    @Test
    void inventedKeysFetchTheKeysTwiceAtMost() {
        var cache = new KeyCache(Duration.ofHours(2), Duration.ofHours(1), Duration.ofHours(6));
        var check = JwtCheck.of(options(), cache, InstantSource.system());
        assertThat(check.check(header(issuer.token()))).isInstanceOf(Admitted.class);
        var invented = issuer.token(Issuer.rsa("stranger"), "JWT", claims -> claims);
        for (int i = 0; i < 20; i++) {
            assertThat(check.check(header(invented)))
                    .isInstanceOfSatisfying(
                            Refused.class,
                            refusal -> assertThat(refusal.outcome()).isEqualTo("unknown_key"));
        }
        assertThat(issuer.fetches()).isEqualTo(2);
        assertThat(check.check(header(issuer.token()))).isInstanceOf(Admitted.class);
    }

    @Test
    void tokenOfAnotherIssuerFetchesNoKeys() throws IOException {
        try (var other = new Issuer()) {
            other.rotate("other");
            var both = Callers.anyOf(issuer.check(), other.check());
            for (int i = 0; i < 3; i++) {
                assertThat(both.check(header(other.token()))).isInstanceOf(Admitted.class);
            }
            assertThat(issuer.fetches()).isZero();
            assertThat(other.fetches()).isEqualTo(1);
        }
    }

    @Test
    void knownKeysSurviveAnOutageOfTheIssuer() {
        var cache = new KeyCache(Duration.ofMillis(1), Duration.ZERO, Duration.ofHours(1));
        var options = options();
        var check = JwtCheck.of(options, cache, InstantSource.system());
        assertThat(check.check(header(issuer.token()))).isInstanceOf(Admitted.class);
        issuer.down(true);
        for (int i = 0; i < 3; i++) {
            assertThat(check.check(header(issuer.token()))).isInstanceOf(Admitted.class);
        }
        assertThat(issuer.fetches()).isGreaterThan(1);
    }

    @Test
    void withoutAnyKeysTokensAreNotRefusedButTriedLater() {
        issuer.down(true);
        for (int i = 0; i < 5; i++) {
            service.withToken(issuer.token())
                    .get("/value")
                    .then()
                    .statusCode(503)
                    .header("Retry-After", "5")
                    .body("status_code", equalTo(503));
        }
        assertThat(service.checks("unavailable")).isEqualTo(5);
        assertThat(service.handled()).isEmpty();

        var check = JwtCheck.of(
                options(),
                new KeyCache(Duration.ofMinutes(5), Duration.ZERO, Duration.ofHours(1)),
                InstantSource.system());
        assertThat(check.check(header(issuer.token()))).isInstanceOf(Refused.class);
        issuer.down(false);
        assertThat(check.check(header(issuer.token()))).isInstanceOf(Admitted.class);
    }

    @Test
    void metadataOfAnotherIssuerIsNotUsed() {
        issuer.name("https://other.example.org");
        service.withToken(issuer.token()).get("/value").then().statusCode(503);
        assertThat(issuer.fetches()).isZero();
    }

    @Test
    void tokenExpiresOnTheClockOfTheService() {
        var token = issuer.token();
        var later = JwtCheck.of(
                options(), KeyCache.STANDARD, InstantSource.fixed(Instant.now().plusSeconds(361)));
        assertThat(later.check(header(token)))
                .isInstanceOfSatisfying(
                        Refused.class, refusal -> assertThat(refusal.outcome()).isEqualTo("expired"));
    }

    @Test
    void missingScopeIsForbidden() {
        var check = Callers.jwt(jwt -> jwt.issuer(issuer.url())
                .audience(Issuer.AUDIENCE)
                .requiredScope("jobs:read")
                .requiredScope("jobs:write"));
        try (var scoped = ProtectedService.start(check)) {
            scoped.withToken(issuer.token())
                    .get("/value")
                    .then()
                    .statusCode(403)
                    .header(
                            "WWW-Authenticate",
                            "Bearer realm=\"apikit\", error=\"insufficient_scope\", scope=\"jobs:read jobs:write\"");
            for (var scope : List.of("scope", "scp")) {
                scoped.withToken(issuer.token(claims -> claims.claim("scope", null)
                                .claim(
                                        scope,
                                        scope.equals("scp")
                                                ? List.of("jobs:write", "jobs:read")
                                                : "jobs:write jobs:read")))
                        .get("/value")
                        .then()
                        .statusCode(200);
            }
            assertThat(scoped.checks("insufficient_scope")).isEqualTo(1);
        }
    }

    @Test
    void keyOrTokenIsEnough(@TempDir Path folder) throws IOException {
        var both = Callers.anyOf(Callers.apiKeys(Keys.file(folder)), issuer.check());
        try (var open = ProtectedService.start(both)) {
            open.withKey(Keys.BOB).get("/value").then().statusCode(200);
            open.withToken(Keys.BOB).get("/value").then().statusCode(200);
            open.withToken(issuer.token()).get("/value").then().statusCode(200);
            open.withKey(Keys.STRANGER)
                    .header("Authorization", "Bearer " + issuer.token())
                    .get("/value")
                    .then()
                    .statusCode(200);
            assertThat(open.handled()).noneMatch(headers -> headers.contains("canary") || headers.contains("eyJ"));

            var missing = open.given().get("/value");
            assertThat(missing.statusCode()).isEqualTo(401);
            assertThat(missing.headers().getValues("WWW-Authenticate"))
                    .containsExactly("ApiKey realm=\"apikit\", header=\"X-API-Key\"", "Bearer realm=\"apikit\"");
            var expired = issuer.token(
                    claims -> claims.expirationTime(Date.from(Instant.now().minusSeconds(90))));
            open.withToken(expired)
                    .get("/value")
                    .then()
                    .statusCode(401)
                    .body("error_content", equalTo("The token has expired"));
        }
    }

    @Test
    void settingsThatWouldAdmitTooManyAreRefused() {
        assertThatThrownBy(() -> Callers.jwt(jwt -> jwt.issuer("https://idp.example.org")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("audience");
        assertThatThrownBy(() -> Callers.jwt(jwt -> jwt.audience("a"))).isInstanceOf(IllegalArgumentException.class);
        for (var url : List.of("http://idp.example.org", "https://user:secret@idp.example.org", "ftp://a", "idp")) {
            assertThatThrownBy(() -> Callers.jwt(jwt -> jwt.issuer(url).audience("a")))
                    .isInstanceOf(IllegalArgumentException.class)
                    .message()
                    .doesNotContain("secret");
        }
        assertThatThrownBy(() -> Callers.jwt(jwt -> jwt.clockSkew(Duration.ofHours(1))))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(IntStream.range(0, 2).mapToObj(i -> issuer.check().toString()))
                .containsOnly("Callers[jwt[issuer=" + issuer.url() + "]]");
    }

    private JwtOptions options() {
        return new JwtOptions().issuer(issuer.url()).audience(Issuer.AUDIENCE);
    }

    private static java.util.function.Function<String, List<String>> header(String token) {
        return name -> name.equals("Authorization") ? List.of("Bearer " + token) : List.of();
    }

    private static String encoded(String json) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(json.getBytes(UTF_8));
    }
}
