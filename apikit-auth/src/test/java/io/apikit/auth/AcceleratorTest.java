package io.apikit.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.http.HttpOptions;
import io.apikit.http.RetryPolicy;
import io.apikit.http.Tls;
import io.apikit.testkit.systems.FakeAccelerator;
import io.apikit.testkit.tls.TlsLevel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Altair Accelerator: a JWT under a header form of its own, no word of when it ends, three levels of TLS. */
class AcceleratorTest {
    private static final Credentials ALICE = Credentials.password("alice", "wonderland");
    private final List<AutoCloseable> open = new ArrayList<>();
    private final FakeTiming timing = new FakeTiming();

    private FakeAccelerator accelerator(TlsLevel level) {
        var server = FakeAccelerator.builder()
                .user("alice", "wonderland")
                .tls(level)
                .tokenLife(Duration.ofHours(4))
                .start();
        server.addJob("42", Map.of("status", "DONE", "user", "alice"));
        open.add(server);
        return server;
    }

    private BackendSession session(FakeAccelerator server, Tls tls) {
        var backend = Backend.at(server.url())
                .auth(Authenticator.tokenLogin(login -> login.post("/api/v3/token")
                        .credentialsAsForm("username", "password")
                        .sign("Authorization", "{token_type}:{access_token}")))
                .http(HttpOptions.builder().tls(tls).build())
                .retry(RetryPolicy.none())
                .timing(timing)
                .build();
        open.add(backend);
        return backend.session(ALICE);
    }

    @Test
    void theHeaderFormIsTheBackendsOwn() {
        var server = accelerator(TlsLevel.PLAIN);

        assertThat(session(server, Tls.system()).get("/api/v3/jobs/42").status())
                .isEqualTo(200);
        assertThat(server.unauthorized()).isZero();
    }

    @Test
    void withoutExpiresInTheJwtTellsWhenToRenew() {
        var server = accelerator(TlsLevel.PLAIN);
        var session = session(server, Tls.system());
        session.get("/api/v3/jobs/42").orThrow();
        timing.pass(Duration.ofHours(4).plusSeconds(1));

        session.get("/api/v3/jobs/42").orThrow();

        assertThat(server.logins()).isEqualTo(2);
        assertThat(server.unauthorized()).isZero();
    }

    @Test
    void anOpaqueTokenIsRenewedWhenItIsRejected() {
        var server = accelerator(TlsLevel.PLAIN);
        server.opaqueTokens(true);
        var session = session(server, Tls.system());
        session.get("/api/v3/jobs/42").orThrow();
        server.expireTokens();

        assertThat(session.get("/api/v3/jobs/42").status()).isEqualTo(200);
        assertThat(server.logins()).isEqualTo(2);
        assertThat(server.unauthorized()).isOne();
    }

    @Test
    void aSelfSignedCertificateFailsUnderStrictAndWorksOnceItIsTrusted() {
        var server = accelerator(TlsLevel.SELF_SIGNED);

        SessionTest.assertFails(502, () -> session(server, Tls.system()).get("/api/v3/jobs/42"));
        assertThat(session(server, Tls.trusting(server.certificatePem()))
                        .get("/api/v3/jobs/42")
                        .status())
                .isEqualTo(200);
        assertThat(session(server, Tls.insecure()).get("/api/v3/jobs/42").status())
                .isEqualTo(200);
    }

    @Test
    void aCertificateOfATrustedAuthorityWorks() {
        var server = accelerator(TlsLevel.CA_SIGNED);

        assertThat(session(server, Tls.trusting(server.caPem()))
                        .get("/api/v3/jobs/42")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void aCertificateThatEndedOrIsAnothersIsNotTrusted() {
        for (var level : List.of(TlsLevel.EXPIRED, TlsLevel.OTHER_HOST)) {
            var server = accelerator(level);
            SessionTest.assertFails(
                    502, () -> session(server, Tls.trusting(server.caPem())).get("/api/v3/jobs/42"));
        }
    }

    @Test
    void aLoginAndFiftyRequestsUseOneConnection() {
        var server = accelerator(TlsLevel.PLAIN);
        var session = session(server, Tls.system());

        IntStream.range(0, 50).forEach(i -> session.get("/api/v3/jobs/42").orThrow());

        assertThat(server.connections()).isOne();
    }

    @Test
    void aRefusalInA200IsARefusal() {
        var server = accelerator(TlsLevel.PLAIN);
        server.errorStatus(200);
        server.changePassword("alice", "changed");
        var session = session(server, Tls.system());

        SessionTest.assertFails(401, () -> session.get("/api/v3/jobs/42"));
        SessionTest.assertFails(401, () -> session.get("/api/v3/jobs/42"));
        assertThat(server.loginAttempts()).isOne();
    }

    @AfterEach
    void end() throws Exception {
        for (var i = open.size() - 1; i >= 0; i--) {
            open.get(i).close();
        }
    }
}
