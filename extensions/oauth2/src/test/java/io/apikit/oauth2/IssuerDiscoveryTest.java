package io.apikit.oauth2;

import static io.apikit.oauth2.ScriptedIssuer.GOOD;
import static io.apikit.oauth2.ScriptedIssuer.ISSUER;
import static io.apikit.oauth2.ScriptedIssuer.TOKEN_URI;
import static io.apikit.oauth2.ScriptedIssuer.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.apikit.BackendError;
import io.apikit.auth.Authenticator;
import io.apikit.auth.Credentials;
import io.apikit.auth.Login;
import io.apikit.auth.LoginRefused;
import io.apikit.http.Timing;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where the token endpoint is, as the issuer's metadata say. */
class IssuerDiscoveryTest {
    private static final Credentials ALICE = Credentials.password("alice", "wonderland");
    private static final String OPENID = ISSUER + "/.well-known/openid-configuration";
    private static final String RFC_8414 = "https://id.example.org/.well-known/oauth-authorization-server/realms/main";

    private final AtomicLong nanos = new AtomicLong(-1000);
    private final ScriptedIssuer issuer = new ScriptedIssuer().at(TOKEN_URI, 200, GOOD);

    private final Timing timing = new Timing() {
        @Override
        public long nanoTime() {
            return nanos.get();
        }

        @Override
        public void sleep(Duration duration) {
            throw new AssertionError("nothing here sleeps");
        }
    };

    private Authenticator mode(String issuer) {
        return OAuth2.oauth2(options -> options.issuer(issuer), timing, InstantSource.system());
    }

    private static String metadata(String issuer, String endpoint) {
        return "{\"issuer\":\"" + issuer + "\",\"token_endpoint\":\"" + endpoint + "\",\"jwks_uri\":\"x\"}";
    }

    @Test
    void metadataIsReadOnceForAllLogins() throws LoginRefused {
        issuer.at(OPENID, 200, metadata(ISSUER, TOKEN_URI));
        var mode = mode(ISSUER);
        assertThat(issuer.sent()).isEmpty();

        mode.logIn(ALICE, issuer);
        mode.logIn(Credentials.password("bob", "builder"), issuer);

        assertThat(issuer.sent())
                .extracting(sent -> sent.method() + " " + sent.url())
                .containsExactly("GET " + OPENID, "POST " + TOKEN_URI, "POST " + TOKEN_URI);
    }

    @Test
    void issuerWithoutOpenIdHasItsMetadataElsewhere() throws LoginRefused {
        issuer.at(RFC_8414, 200, metadata(ISSUER, TOKEN_URI));

        mode(ISSUER).logIn(ALICE, issuer);

        assertThat(issuer.sent()).extracting(ScriptedIssuer.Sent::url).containsExactly(OPENID, RFC_8414, TOKEN_URI);
    }

    @Test
    void issuerWithASlashAtItsEndKeepsIt() throws LoginRefused {
        issuer.at(OPENID, 200, metadata(ISSUER + "/", TOKEN_URI));

        mode(ISSUER + "/").logIn(ALICE, issuer);

        assertThat(issuer.last().url()).isEqualTo(TOKEN_URI);
        assertBroken(mode(ISSUER), "names another issuer");
    }

    @ParameterizedTest
    @CsvSource({
        "https://other.example.org, https://id.example.org/token, names another issuer",
        "HTTPS://id.example.org/realms/main, https://id.example.org/token, names another issuer",
        "https://id.example.org/realms/main, http://id.example.org/token, without TLS",
        "https://id.example.org/realms/main, /token, no usable token_endpoint",
        "https://id.example.org/realms/main, https://user:secret@id.example.org/token, no usable token_endpoint",
        "https://id.example.org/realms/main, file:///token, no usable token_endpoint",
    })
    void metadataThatDoesNotFitIsABrokenLogin(String named, String endpoint, String words) {
        issuer.at(OPENID, 200, metadata(named, endpoint));

        assertBroken(mode(ISSUER), words);
        assertThat(issuer.sent()).extracting(ScriptedIssuer.Sent::method).containsOnly("GET");
    }

    @ParameterizedTest
    @CsvSource({"https://id.example.org, http://127.0.0.1:8080/token", "http://id.cluster, http://tokens.cluster/token"
    })
    void endpointMayBeOnThisMachineOrUseTheIssuersScheme(String own, String endpoint) throws LoginRefused {
        issuer.at(own + "/.well-known/openid-configuration", 200, metadata(own, endpoint))
                .at(endpoint, 200, GOOD);

        mode(own).logIn(ALICE, issuer);

        assertThat(issuer.last().url()).isEqualTo(endpoint);
    }

    private Login assertLogsIn(Authenticator mode) throws LoginRefused {
        return mode.logIn(ALICE, issuer);
    }

    private void assertBroken(Authenticator mode, String words) {
        assertThatExceptionOfType(BackendError.class)
                .isThrownBy(() -> assertLogsIn(mode))
                .withMessageContaining(words)
                .withMessageNotContaining("secret")
                .matches(error -> error.statusCode() == 502, "502");
    }

    @Test
    void failureIsABrokenLoginAndTheNextOneAsksAgain() throws LoginRefused {
        issuer.at(OPENID, 503, "", "Retry-After", "3");
        var mode = mode(ISSUER);

        assertThatExceptionOfType(BackendError.class)
                .isThrownBy(() -> assertLogsIn(mode))
                .matches(error -> error.statusCode() == 503, "503")
                .matches(error -> "3".equals(error.headers().get("Retry-After")), "Retry-After");

        issuer.at(OPENID, 200, metadata(ISSUER, TOKEN_URI));
        assertLogsIn(mode);
        assertThat(issuer.count(OPENID)).isEqualTo(2);
    }

    @Test
    void metadataIsReadAgainAfterSixHours() throws LoginRefused {
        issuer.at(OPENID, 200, metadata(ISSUER, TOKEN_URI));
        var mode = mode(ISSUER);
        assertLogsIn(mode);

        nanos.addAndGet(IssuerDiscovery.FRESH.toNanos() - 1);
        assertLogsIn(mode);
        assertThat(issuer.count(OPENID)).isEqualTo(1);
        nanos.addAndGet(1);
        issuer.at(OPENID, 500, "");
        assertLogsIn(mode);
        assertThat(issuer.count(OPENID)).isEqualTo(2);
        assertLogsIn(mode);
        assertThat(issuer.count(OPENID))
                .as("known metadata is used for a minute")
                .isEqualTo(2);
        nanos.addAndGet(Duration.ofMinutes(1).toNanos());
        assertLogsIn(mode);
        assertThat(issuer.count(OPENID)).isEqualTo(3);
    }

    @Test
    void endpointThatIsGoneIsLookedUpAndAskedAgain() throws LoginRefused {
        issuer.at(OPENID, 200, metadata(ISSUER, TOKEN_URI));
        var mode = mode(ISSUER);
        var login = assertLogsIn(mode);
        issuer.at(TOKEN_URI, 404, "")
                .at(OPENID, 200, metadata(ISSUER, TOKEN_URI + "2"))
                .at(TOKEN_URI + "2", 200, GOOD);

        assertLogsIn(mode);
        assertThat(issuer.last().url()).isEqualTo(TOKEN_URI + "2");
        assertThat(login.header("Authorization")).hasValue("Bearer new-token");

        issuer.at(TOKEN_URI + "2", 404, "");
        assertBroken(mode, "status 404");
        assertThat(issuer.count(TOKEN_URI + "2")).isEqualTo(2);
    }

    @Test
    void endpointThatIsGoneAtARefreshTakesALogin() throws LoginRefused {
        issuer.at(OPENID, 200, metadata(ISSUER, TOKEN_URI));
        var mode = mode(ISSUER);
        var login = assertLogsIn(mode).secret("refresh_token", "r1");
        issuer.at(TOKEN_URI, 404, "")
                .at(OPENID, 200, metadata(ISSUER, TOKEN_URI + "2"))
                .at(TOKEN_URI + "2", 200, GOOD);

        mode.renew(login, ALICE, issuer);

        assertThat(issuer.last().one("grant_type")).isEqualTo("client_credentials");
        assertThat(issuer.sent().stream().filter(sent -> sent.form().contains("r1")))
                .hasSize(1);
    }

    @Test
    void manyLoginsWaitForOneReading() throws Exception {
        var arrived = new CountDownLatch(1);
        var go = new CountDownLatch(1);
        issuer.at(OPENID, () -> {
            arrived.countDown();
            await(go);
            return json(200, metadata(ISSUER, TOKEN_URI));
        });
        var mode = mode(ISSUER);
        var threads = Executors.newFixedThreadPool(8);
        try {
            var logins = new ArrayList<Future<Login>>();
            logins.add(threads.submit(() -> assertLogsIn(mode)));
            await(arrived);
            for (var i = 0; i < 7; i++) {
                logins.add(threads.submit(() -> assertLogsIn(mode)));
            }
            go.countDown();
            for (var login : logins) {
                assertThat(login.get(10, TimeUnit.SECONDS).header("Authorization"))
                        .isPresent();
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(issuer.count(OPENID)).isEqualTo(1);
    }

    /** An error of the thread that reads is one of all that wait, and each has an exception of its own. */
    @Test
    void readerThatDiesLeavesNobodyWaiting() {
        issuer.at(OPENID, () -> {
            throw new OutOfMemoryError("a test");
        });
        var mode = mode(ISSUER);

        assertBroken(mode, "cannot be read");
        issuer.at(OPENID, 200, metadata(ISSUER, TOKEN_URI));
        assertThat(issuer.count(OPENID)).isEqualTo(1);
        assertThatExceptionOfType(LoginRefused.class)
                .isThrownBy(() -> mode.logIn(Credentials.bearer("x"), issuer))
                .withMessageContaining("client id");
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
