package io.apikit.oauth2;

import static io.apikit.oauth2.ScriptedIssuer.GOOD;
import static io.apikit.oauth2.ScriptedIssuer.ISSUER;
import static io.apikit.oauth2.ScriptedIssuer.TOKEN_URI;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.apikit.auth.Authenticator;
import io.apikit.auth.Credentials;
import io.apikit.http.Timing;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How a request shows which client sends it. */
class TokenClientTest {
    private static final long NOW = 1_800_000_000;
    private static final Credentials ALICE = Credentials.password("alice", "wonderland");
    private static final KeyPair RSA = keys("RSA");
    private static final KeyPair EC = keys("EC");

    private final ScriptedIssuer issuer = new ScriptedIssuer().at(TOKEN_URI, 200, GOOD);
    private Path folder;

    @BeforeEach
    void begin(@TempDir Path forOneTest) {
        folder = forOneTest;
    }

    private static KeyPair keys(String type) {
        try {
            var generator = KeyPairGenerator.getInstance(type);
            if (type.equals("EC")) {
                generator.initialize(new ECGenParameterSpec("secp256r1"));
            } else {
                generator.initialize(2048);
            }
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static Authenticator mode(Consumer<OAuth2Options> options) {
        return OAuth2.oauth2(
                options.andThen(each -> each.tokenUri(TOKEN_URI).passwordGrant()),
                Timing.system(),
                InstantSource.fixed(Instant.ofEpochSecond(NOW)));
    }

    private Path pem(String label, byte[] key) throws Exception {
        var text = "-----BEGIN " + label + "-----\n" + Base64.getMimeEncoder().encodeToString(key) + "\n-----END "
                + label + "-----\n";
        return Files.writeString(folder.resolve("client.pem"), text);
    }

    private Path pem(KeyPair keys) throws Exception {
        return pem("PRIVATE KEY", keys.getPrivate().getEncoded());
    }

    @Test
    void secretInTheHeaderIsFormEncodedFirst() throws Exception {
        mode(options -> options.client(Credentials.password("a:b", "s%/ +")).clientSecretBasic())
                .logIn(ALICE, issuer);

        var header = issuer.last().authorization().orElseThrow().replaceFirst("Basic ", "");
        assertThat(new String(Base64.getDecoder().decode(header), UTF_8)).isEqualTo("a%3Ab:s%25%2F+%2B");
        assertThat(issuer.last().form()).doesNotContain("client_");
    }

    @Test
    void publicClientSendsItsIdOnly() throws Exception {
        mode(options -> options.clientId("my-app")).logIn(ALICE, issuer);

        assertThat(issuer.last().form()).endsWith("&client_id=my-app").doesNotContain("secret");
        assertThat(issuer.last().authorization()).isEmpty();
    }

    @Test
    void secretOfASupplierMayRotate() throws Exception {
        var secret = new AtomicReference<>("old");
        var mode = mode(options -> options.client(() -> Credentials.password("my-service", secret.get())));
        mode.logIn(ALICE, issuer);
        secret.set("new");

        mode.logIn(ALICE, issuer);

        assertThat(issuer.sent()).extracting(sent -> sent.one("client_secret")).containsExactly("old", "new");
    }

    @Test
    void secretGoesIntoTheHeaderWhereTheIssuerListsThatAlone() throws Exception {
        issuer.at(
                ISSUER + "/.well-known/openid-configuration",
                200,
                "{\"issuer\":\"" + ISSUER + "\",\"token_endpoint\":\"" + TOKEN_URI
                        + "\",\"token_endpoint_auth_methods_supported\":[\"client_secret_basic\",\"none\"]}");

        OAuth2.oauth2(options -> options.issuer(ISSUER)).logIn(ALICE, issuer);

        assertThat(issuer.last().authorization()).isPresent();
        assertThat(issuer.last().form()).isEqualTo("grant_type=client_credentials");
    }

    @ParameterizedTest
    @CsvSource({
        "RSA, , RS256, SHA256withRSA",
        "RSA, PS256, PS256, RSASSA-PSS",
        "EC, , ES256, SHA256withECDSAinP1363Format"
    })
    void keySignsAnAssertion(String type, @Nullable String chosen, String algorithm, String verifier) throws Exception {
        var keys = type.equals("EC") ? EC : RSA;
        var file = pem(keys);
        mode(options -> {
                    options.clientId("my-service").privateKeyJwt(file).keyId("key-1");
                    if (chosen != null) {
                        options.signingAlgorithm(chosen);
                    }
                })
                .logIn(ALICE, issuer);

        var sent = issuer.last();
        var parts = sent.one("client_assertion").split("\\.", -1);
        assertThat(sent.one("client_assertion_type"))
                .isEqualTo("urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
        assertThat(sent.one("client_id")).isEqualTo("my-service");
        assertThat(new String(Base64.getUrlDecoder().decode(parts[0]), UTF_8))
                .isEqualTo("{\"alg\":\"" + algorithm + "\",\"typ\":\"JWT\",\"kid\":\"key-1\"}");
        var signature = Signature.getInstance(verifier);
        if (verifier.equals("RSASSA-PSS")) {
            signature.setParameter(new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1));
        }
        signature.initVerify(keys.getPublic());
        signature.update((parts[0] + '.' + parts[1]).getBytes(UTF_8));
        assertThat(signature.verify(Base64.getUrlDecoder().decode(parts[2]))).isTrue();
    }

    @Test
    void assertionIsShortFreshAndForOneAudience() throws Exception {
        var file = pem(EC);
        var ofEndpoint = mode(options -> options.clientId("my-service").privateKeyJwt(file));
        var ofIssuer = mode(
                options -> options.clientId("my-service").privateKeyJwt(file).issuer(ISSUER));
        ofEndpoint.logIn(ALICE, issuer);
        ofEndpoint.logIn(ALICE, issuer);
        ofIssuer.logIn(ALICE, issuer);

        var claims = issuer.sent().stream()
                .<Map<?, ?>>map(sent -> Jwt.claims(sent.one("client_assertion")))
                .toList();
        assertThat(claims.get(0).get("iss")).isEqualTo("my-service");
        assertThat(claims.get(0).get("sub")).isEqualTo("my-service");
        assertThat(claims.get(0).get("iat")).asString().isEqualTo(Long.toString(NOW));
        assertThat(claims.get(0).get("exp")).asString().isEqualTo(Long.toString(NOW + 60));
        assertThat(claims)
                .extracting(each -> each.get("aud"))
                .map(Object::toString)
                .containsExactly(TOKEN_URI, TOKEN_URI, ISSUER);
        assertThat(claims).extracting(each -> each.get("jti")).doesNotHaveDuplicates();
    }

    @Test
    void keyIsReadAgainWhenItsFileHasChanged() throws Exception {
        var file = pem(EC);
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(60)));
        var mode = mode(options -> options.clientId("my-service").privateKeyJwt(file));
        assertThat(algorithmOf(mode)).contains("ES256");

        pem(RSA);
        assertThat(algorithmOf(mode)).contains("RS256");

        Files.writeString(file, "-----BEGIN PRIVATE KEY-----\nhalf of it");
        assertThat(algorithmOf(mode)).contains("RS256");

        Files.delete(file);
        assertThat(algorithmOf(mode)).contains("RS256");

        pem(EC);
        assertThat(algorithmOf(mode)).contains("ES256");
    }

    private String algorithmOf(Authenticator mode) throws Exception {
        mode.logIn(ALICE, issuer);
        return new String(
                Base64.getUrlDecoder()
                        .decode(issuer.last().one("client_assertion").split("\\.", -1)[0]),
                UTF_8);
    }

    @Test
    void badKeyIsRefusedWithTheNameOfItsFile() throws Exception {
        var key = RSA.getPrivate().getEncoded();
        assertRefused(folder.resolve("missing.pem"), "no such file", null);
        assertRefused(Files.writeString(folder.resolve("client.pem"), "secret"), "no whole PEM private key", null);
        assertRefused(pem("RSA PRIVATE KEY", key), "openssl pkcs8 -topk8", null);
        assertRefused(pem("ENCRYPTED PRIVATE KEY", key), "is encrypted", null);
        assertRefused(pem("PRIVATE KEY", new byte[] {1, 2, 3}), "is broken", null);
        assertRefused(pem(RSA), "P-256 for ES256", "ES256");
        assertRefused(pem(EC), "2048 bits", "PS256");
        assertRefused(pem("PRIVATE KEY", weak()), "2048 bits", null);
    }

    private static byte[] weak() throws GeneralSecurityException {
        var generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(1024);
        return generator.generateKeyPair().getPrivate().getEncoded();
    }

    private static void assertRefused(Path file, String problem, @Nullable String algorithm) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> mode(options -> {
                    options.clientId("my-service").privateKeyJwt(file);
                    if (algorithm != null) {
                        options.signingAlgorithm(algorithm);
                    }
                }))
                .withMessageStartingWith(file + ": ")
                .withMessageContaining(problem)
                .withMessageNotContaining("secret");
    }

    @Test
    void keyNeedsAClientIdAndNoSecret() throws Exception {
        var file = pem(EC);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> mode(options -> options.privateKeyJwt(file)))
                .withMessageContaining("clientId(..)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> mode(options ->
                        options.clientId("my-service").privateKeyJwt(file).clientSecretBasic()))
                .withMessageContaining("no client(..)");
    }
}
