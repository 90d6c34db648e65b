package io.apikit.oauth2;

import io.apikit.auth.Authenticator;
import io.apikit.auth.Backend;
import io.apikit.auth.Credentials;
import io.apikit.auth.LoginStore;
import io.apikit.auth.contract.RenewableBackendUnderTest;
import io.apikit.auth.contract.RenewableModeContract;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Nested;

/** The contract of modes that log in, for two grants. */
class OAuth2ContractTest {
    /** Left open: a test that fails is run once more in the same process. */
    private static final FakeIssuer SHARED = new FakeIssuer();

    private static final int FEW = 30;

    /** The id and the secret of each caller, which are a client's. */
    @Nested
    class Clients extends RenewableModeContract {
        @Override
        protected RenewableBackendUnderTest start() {
            return new IssuerUnderTest(options -> options.scope("read"));
        }
    }

    /** Passwords of users, with refresh tokens that are rotated: a renewal is a refresh. */
    @Nested
    class Passwords extends RenewableModeContract {
        @Override
        protected RenewableBackendUnderTest start() {
            return new IssuerUnderTest(options ->
                    options.passwordGrant().client(Credentials.password(FakeIssuer.CLIENT, FakeIssuer.SECRET)));
        }
    }

    /** The same with a store that replicas share. */
    @Nested
    class SharedClients extends Clients {
        private final LoginStore store = LoginStore.inMemory();

        @Override
        protected void share(Backend.Builder backend) {
            backend.loginStore(store);
        }

        @Override
        protected int calls() {
            return FEW;
        }
    }

    @Nested
    class SharedPasswords extends Passwords {
        private final LoginStore store = LoginStore.inMemory();

        @Override
        protected void share(Backend.Builder backend) {
            backend.loginStore(store);
        }

        @Override
        protected int calls() {
            return FEW;
        }
    }

    /** A backend whose callers get their tokens from a {@link FakeIssuer}. */
    private static final class IssuerUnderTest implements RenewableBackendUnderTest {
        private final FakeIssuer issuer = SHARED.reset();
        private final Authenticator mode;

        IssuerUnderTest(Consumer<OAuth2Options> grant) {
            mode = OAuth2.oauth2(grant.andThen(options -> options.issuer(issuer.issuer())));
        }

        @Override
        public String url() {
            return issuer.backend();
        }

        @Override
        public Authenticator mode() {
            return mode;
        }

        @Override
        public Optional<String> reflecting() {
            return Optional.of("/reflect");
        }

        @Override
        public int logins() {
            return issuer.grantedInAll();
        }

        @Override
        public int refusals() {
            return issuer.refusals();
        }

        @Override
        public void expireAll() {
            issuer.expireAccessTokens();
        }

        @Override
        public void hold() {
            issuer.hold();
        }

        @Override
        public void awaitHeld() {
            issuer.awaitHeld();
        }

        @Override
        public void release() {
            issuer.release();
        }

        @Override
        public List<String> secrets() {
            return List.of(
                    "wonderland",
                    "builder-secret",
                    "looking-glass",
                    FakeIssuer.SECRET,
                    "access-alice",
                    "refresh-alice");
        }

        @Override
        public void close() {
            issuer.release();
        }
    }
}
