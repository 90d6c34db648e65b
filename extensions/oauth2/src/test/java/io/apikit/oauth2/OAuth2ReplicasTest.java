package io.apikit.oauth2;

import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.auth.Backend;
import io.apikit.auth.Credentials;
import io.apikit.auth.LoginStore;
import io.apikit.http.RetryPolicy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Replicas that share their logins: a refresh token is used once, by one of them. */
class OAuth2ReplicasTest {
    private static final Credentials ALICE = Credentials.password("alice", "wonderland");
    private static final Credentials SERVICE = Credentials.password(FakeIssuer.CLIENT, FakeIssuer.SECRET);

    /** Left open: a test that fails is run once more in the same process. */
    private static final FakeIssuer SHARED = new FakeIssuer();

    private final FakeIssuer issuer = SHARED.reset();
    private final LoginStore store = LoginStore.inMemory();
    private final List<Backend> replicas = new ArrayList<>();

    @AfterEach
    void end() {
        replicas.forEach(Backend::close);
    }

    private Backend replica() {
        var replica = Backend.at(issuer.backend())
                .auth(OAuth2.oauth2(
                        options -> options.passwordGrant().client(SERVICE).issuer(issuer.issuer())))
                .retry(RetryPolicy.none())
                .loginStore(store)
                .build();
        replicas.add(replica);
        return replica;
    }

    private static String whoami(Backend replica) {
        return replica.session(ALICE).get("/whoami").orThrow().text();
    }

    /** Each of them renews with the token that the one before has got. The issuer takes a second use for a theft. */
    @Test
    void renewalGoesOnWithTheRefreshTokenOfAnotherReplica() {
        var first = replica();
        var second = replica();
        assertThat(whoami(first)).isEqualTo("alice");
        assertThat(whoami(second)).isEqualTo("alice");

        issuer.expireAccessTokens();
        assertThat(whoami(second)).isEqualTo("alice");
        assertThat(whoami(replica())).isEqualTo("alice");
        issuer.expireAccessTokens();
        assertThat(whoami(first)).isEqualTo("alice");
        assertThat(whoami(second)).isEqualTo("alice");

        assertThat(issuer.grants("alice", "password")).isOne();
        assertThat(issuer.grants("alice", "refresh_token")).isEqualTo(2);
        assertThat(issuer.thefts()).isZero();
    }
}
