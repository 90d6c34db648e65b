package io.apikit.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.BackendError;
import io.apikit.auth.Authenticator;
import io.apikit.auth.Backend;
import io.apikit.http.RetryPolicy;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A client's id and secret at Keycloak's token endpoint; the backend asks Keycloak whether a token is good. */
@Tag("interop")
@ExtendWith(Servers.Shared.class)
class ClientCredentialsInteropTest {
    /** Keycloak cuts a token's end to whole seconds: it is over up to a second before {@code expires_in} says. */
    private static final Duration ROUNDING = Duration.ofSeconds(2);

    private final Keycloak keycloak;
    private final Machine machine;
    private final GuardedUpstream guarded;
    private final Backend backend;

    ClientCredentialsInteropTest(Servers servers) {
        keycloak = servers.keycloak();
        machine = keycloak.newMachine();
        guarded = new GuardedUpstream(keycloak);
        backend = settings().build();
    }

    private Backend.Builder settings() {
        return Backend.at(guarded.url())
                .auth(Authenticator.clientCredentials(
                        options -> options.tokenUri(keycloak.issuer() + KeycloakAdmin.TOKEN_PATH)
                                .margin(ROUNDING)))
                .retry(RetryPolicy.none());
    }

    @Test
    void fiftyCallsShareOneTokenAndTheNextOneWhenItIsOver() {
        machine.shortenTokens();
        assertThat(Crowd.of(50, () -> status(Realm.SECRET))).containsOnly(200);
        assertThat(machine.logins()).isOne();

        Await.pass(TokenLife.WITH_ROUNDING);

        assertThat(Crowd.of(50, () -> status(Realm.SECRET))).containsOnly(200);
        assertThat(machine.logins()).isEqualTo(2);
    }

    @Test
    void aTokenIsRenewedBeforeItIsOver() {
        machine.shortenTokens();
        Await.until("a second token", Duration.ofSeconds(3L * TokenLife.SECONDS), () -> {
            status(Realm.SECRET);
            return machine.logins() == 2;
        });

        assertThat(status(Realm.SECRET)).isEqualTo(200);
        assertThat(guarded.rejections()).isZero();
    }

    @Test
    void aRotatedSecretIsRefusedOnceAndTheNewOneTaken() {
        machine.change(Map.of("secret", "rotated"));

        assertThat(status(Realm.SECRET)).isEqualTo(401);
        assertThat(status(Realm.SECRET)).isEqualTo(401);
        assertThat(machine.refusals()).isOne();
        assertThat(status("rotated")).isEqualTo(200);
        assertThat(machine.logins()).isOne();
    }

    @Test
    void aServiceWhoseSecretIsRotatedWithItsSupplierFailsNoCall() {
        var secret = new AtomicReference<>(Realm.SECRET);
        var own =
                settings().credentials(() -> machine.credentials(secret.get())).build();
        try (var service = new FrontedService(own)) {
            assertThat(Web.get(service.url() + "/data").statusCode()).isEqualTo(200);

            machine.change(Map.of("secret", "rotated"));
            secret.set("rotated");

            assertThat(Crowd.of(50, () -> Web.get(service.url() + "/data").statusCode()))
                    .containsOnly(200);
            assertThat(machine.logins()).isEqualTo(2);
            assertThat(machine.refusals()).isZero();
        }
    }

    @Test
    void aDisabledClientIsRefusedOnce() {
        assertThat(status(Realm.SECRET)).isEqualTo(200);

        machine.change(Map.of("enabled", false));

        assertThat(status(Realm.SECRET)).isEqualTo(401);
        assertThat(status(Realm.SECRET)).isEqualTo(401);
        assertThat(machine.logins()).isOne();
        assertThat(machine.refusals()).isOne();
    }

    @Test
    void afterAKeyRotationOneNewTokenServesAll() {
        assertThat(status(Realm.SECRET)).isEqualTo(200);

        keycloak.rotateKeys();

        assertThat(Crowd.of(50, () -> status(Realm.SECRET))).containsOnly(200);
        assertThat(machine.logins()).isEqualTo(2);
        assertThat(guarded.rejections()).isPositive();
    }

    private int status(String secret) {
        try {
            return backend.session(machine.credentials(secret)).get("/data").status();
        } catch (BackendError refused) {
            return refused.statusCode();
        }
    }

    @AfterEach
    void end() {
        backend.close();
        guarded.close();
    }
}
