package io.apikit.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.apikit.BackendError;
import io.apikit.auth.Authenticator;
import io.apikit.auth.Credentials;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The ways that a proxy offers to programs, without any login. */
@Tag("interop")
@ExtendWith(Servers.Shared.class)
class ProgramsTest {
    private final Servers servers;

    @TempDir
    private Path directory = Path.of("");

    ProgramsTest(Servers servers) {
        this.servers = servers;
    }

    @ParameterizedTest
    @EnumSource
    void aBearerTokenPassesTheProxy(ProxyVersion version) {
        var keycloak = servers.keycloak();
        var account = keycloak.newAccount();
        try (var proxy = servers.proxy(version, keycloak, "--skip-jwt-bearer-tokens");
                var backend = Backends.through(proxy, Authenticator.bearerRelay())) {
            var token = keycloak.accessToken(account);

            var answer = backend.session(Credentials.bearer(token)).get("/data");

            assertThat(answer.text()).isEqualTo("GET " + account.email());
            assertThat(keycloak.logins(account)).isOne(); // That for the token.
        }
    }

    @ParameterizedTest
    @EnumSource
    void aBadBearerTokenIsNotPassed(ProxyVersion version) {
        try (var proxy = servers.proxy(version, servers.keycloak(), "--skip-jwt-bearer-tokens");
                var backend = Backends.through(proxy, Authenticator.bearerRelay())) {
            var session = backend.session(Credentials.bearer("no.such.token"));
            var other = backend.session(Credentials.bearer("nor.this.one"));

            assertThatThrownBy(() -> session.send(Signal.JSON_401.get("/data")))
                    .isInstanceOfSatisfying(
                            BackendError.class,
                            error -> assertThat(error.statusCode()).isEqualTo(401));
            // The proxy's sign-in page: to this mode a 403 is the backend's own answer.
            assertThat(other.send(Signal.SIGN_IN_PAGE_403.get("/data")).status())
                    .isEqualTo(403);
        }
    }

    @ParameterizedTest
    @EnumSource
    void basicCredentialsPassTheProxy(ProxyVersion version) throws IOException {
        var file = Files.writeString(directory.resolve("htpasswd"), "robot:{SHA}" + sha1("its-own-password") + "\n");
        try (var proxy = servers.proxy(version, servers.dex(), "--htpasswd-file=" + file);
                var backend = Backends.through(proxy, Authenticator.basic())) {
            var robot = backend.session(Credentials.password("robot", "its-own-password"));
            var wrong = backend.session(Credentials.password("robot", "guessed"));

            assertThat(robot.get("/data").status()).isEqualTo(200);
            assertThat(servers.upstream().lastUser()).isEqualTo("robot");
            assertThatThrownBy(() -> wrong.send(Signal.JSON_401.get("/data")))
                    .isInstanceOfSatisfying(
                            BackendError.class,
                            error -> assertThat(error.statusCode()).isEqualTo(401));
        }
    }

    private static String sha1(String text) {
        try {
            var digest = MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
