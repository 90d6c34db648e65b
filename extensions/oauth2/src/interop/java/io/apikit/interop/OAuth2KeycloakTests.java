package io.apikit.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.BackendError;
import io.apikit.auth.Backend;
import io.apikit.auth.Credentials;
import io.apikit.http.RetryPolicy;
import io.apikit.oauth2.OAuth2;
import io.apikit.oauth2.OAuth2Options;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The grants of OAuth 2.0 at a real Keycloak, found by its metadata. */
@Tag("interop")
@ExtendWith(Servers.Shared.class)
class OAuth2KeycloakTests {
    private final Keycloak keycloak;
    private final OAuth2Clients clients;
    private final TokenReader reader;
    private final List<Backend> backends = new ArrayList<>();

    OAuth2KeycloakTests(Servers servers) {
        keycloak = servers.keycloak();
        clients = new OAuth2Clients(keycloak);
        reader = new TokenReader(keycloak);
    }

    @AfterEach
    void end() {
        backends.forEach(Backend::close);
        reader.close();
    }

    private Backend backend(Consumer<OAuth2Options> options) {
        var mode = OAuth2.oauth2(options.andThen(each -> each.issuer(keycloak.issuer())));
        var backend =
                Backend.at(reader.url()).auth(mode).retry(RetryPolicy.none()).build();
        backends.add(backend);
        return backend;
    }

    private static Consumer<OAuth2Options> passwords(Machine client) {
        return options -> options.passwordGrant().client(client.credentials(Realm.SECRET));
    }

    private static String whoami(Backend backend, Credentials credentials) {
        try {
            return backend.session(credentials).get("/whoami").orThrow().text();
        } catch (BackendError e) {
            return Integer.toString(e.statusCode());
        }
    }

    @Test
    void fiftyCallsShareOneLoginAndOneRefreshAtItsExpiry() {
        var client = clients.ofPasswords();
        var alice = keycloak.newAccount();
        var backend = backend(passwords(client));
        assertThat(Crowd.of(50, () -> whoami(backend, alice.credentials())))
                .containsOnly(alice.login() + " by " + client.clientId());
        assertThat(keycloak.logins(alice)).isOne();

        Await.pass(TokenLife.WITH_ROUNDING);

        assertThat(Crowd.of(50, () -> whoami(backend, alice.credentials())))
                .containsOnly(alice.login() + " by " + client.clientId());
        assertThat(keycloak.logins(alice)).isOne();
        assertThat(reader.tokens().stream().distinct()).hasSize(2);
        assertThat(reader.tokens().stream()
                        .map(token -> new AccessToken(token).claim("sid"))
                        .distinct())
                .as("the session of a refresh is that of the login")
                .hasSize(1);
    }

    @Test
    void aSessionThatWasDeletedIsFollowedByOneLogin() {
        var alice = keycloak.newAccount();
        var backend = backend(passwords(clients.ofPasswords()));
        whoami(backend, alice.credentials());

        keycloak.signOut(alice);

        assertThat(Crowd.of(50, () -> whoami(backend, alice.credentials())))
                .allMatch(who -> who.startsWith(alice.login()));
        assertThat(keycloak.logins(alice)).isEqualTo(2);
        assertThat(keycloak.refusals(alice)).isZero();
    }

    @Test
    void aWrongPasswordIsRefusedOnceAndAnotherCallerIsServed() {
        var alice = keycloak.newAccount();
        var bob = keycloak.newAccount();
        var backend = backend(passwords(clients.ofPasswords()));

        assertThat(whoami(backend, Credentials.password(alice.login(), "wrong")))
                .isEqualTo("401");
        assertThat(whoami(backend, Credentials.password(alice.login(), "wrong")))
                .isEqualTo("401");

        assertThat(keycloak.refusals(alice)).isOne();
        assertThat(whoami(backend, bob.credentials())).startsWith(bob.login());
        assertThat(whoami(backend, alice.credentials())).startsWith(alice.login());
    }

    @Test
    void aWrongSecretOfTheServiceIsNoFaultOfItsCallers() {
        var client = clients.ofPasswords();
        var backend = backend(options -> options.passwordGrant().client(client.credentials("stale")));

        assertThat(whoami(backend, keycloak.newAccount().credentials())).isEqualTo("502");
    }

    @Test
    void callersExchangeTheirTokensAndNeverMeet() {
        var service = clients.ofExchanges();
        var alice = keycloak.newAccount();
        var bob = keycloak.newAccount();
        var alices = clients.callersToken(alice, service);
        var bobs = clients.callersToken(bob, service);
        var backend = backend(options -> options.tokenExchange().client(service.credentials(Realm.SECRET)));

        assertThat(Crowd.of(50, () -> whoami(backend, alices)))
                .containsOnly(alice.login() + " by " + service.clientId());
        assertThat(Crowd.of(50, () -> whoami(backend, bobs))).containsOnly(bob.login() + " by " + service.clientId());

        assertThat(keycloak.events("TOKEN_EXCHANGE", alice)).isOne();
        assertThat(reader.tokens())
                .doesNotContain(((Credentials.Bearer) alices).token(), ((Credentials.Bearer) bobs).token());
    }

    @Test
    void aCallerWhoHasSignedOutIsRefusedAsIsAMadeUpToken() {
        var service = clients.ofExchanges();
        var alice = keycloak.newAccount();
        var token = clients.callersToken(alice, service);
        var backend = backend(options -> options.tokenExchange().client(service.credentials(Realm.SECRET)));
        assertThat(whoami(backend, token)).startsWith(alice.login());

        keycloak.signOut(alice);

        assertThat(whoami(backend, token)).isEqualTo("401");
        assertThat(whoami(backend, Credentials.bearer("made-up"))).isEqualTo("401");
    }

    @Test
    void aClientSignsWithItsKey(@TempDir Path folder) throws Exception {
        for (var type : List.of("RSA", "EC")) {
            var keys = keys(type);
            var pem = Files.writeString(
                    folder.resolve(type + ".pem"),
                    "-----BEGIN PRIVATE KEY-----\n"
                            + Base64.getMimeEncoder()
                                    .encodeToString(keys.getPrivate().getEncoded())
                            + "\n-----END PRIVATE KEY-----\n");
            var client = clients.ofKey(keySet(keys.getPublic()));

            var backend = backend(options ->
                    options.clientId(client.clientId()).privateKeyJwt(pem).keyId("1"));

            assertThat(whoami(backend, Credentials.none()))
                    .isEqualTo("service-account-" + client.clientId() + " by " + client.clientId());
        }
    }

    private static KeyPair keys(String type) throws Exception {
        var generator = KeyPairGenerator.getInstance(type);
        generator.initialize(type.equals("EC") ? 256 : 2048);
        return generator.generateKeyPair();
    }

    private static String keySet(PublicKey key) {
        var fields = key instanceof RSAPublicKey rsa
                ? "\"kty\":\"RSA\",\"alg\":\"RS256\",\"n\":\"" + number(rsa.getModulus()) + "\",\"e\":\""
                        + number(rsa.getPublicExponent())
                : "\"kty\":\"EC\",\"alg\":\"ES256\",\"crv\":\"P-256\",\"x\":\""
                        + number(((ECPublicKey) key).getW().getAffineX()) + "\",\"y\":\""
                        + number(((ECPublicKey) key).getW().getAffineY());
        return "{\"keys\":[{\"kid\":\"1\",\"use\":\"sig\"," + fields + "\"}]}";
    }

    /** Unsigned, and of 32 bytes at least, as the coordinates of P-256 are (RFC 7518, section 6.2.1.2). */
    private static String number(BigInteger number) {
        var bytes = number.toByteArray();
        var unsigned = bytes[0] == 0 ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes;
        var isCoordinate = unsigned.length > 3 && unsigned.length < 32;
        var padded = new byte[isCoordinate ? 32 : unsigned.length];
        System.arraycopy(unsigned, 0, padded, padded.length - unsigned.length, unsigned.length);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(padded);
    }
}
