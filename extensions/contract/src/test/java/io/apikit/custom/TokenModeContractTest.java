package io.apikit.custom;

import io.apikit.auth.Authenticator;
import io.apikit.auth.Backend;
import io.apikit.auth.Credentials;
import io.apikit.auth.Login;
import io.apikit.auth.LoginRefused;
import io.apikit.auth.LoginStore;
import io.apikit.auth.LoginTransport;
import io.apikit.auth.contract.RenewableBackendUnderTest;
import io.apikit.auth.contract.RenewableModeContract;
import io.apikit.auth.contract.TokenServer;
import io.apikit.http.BackendRequest;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Nested;

/** A mode that a user writes runs the contract from a package of its own. */
class TokenModeContractTest {
    private static final int FEW = 30;

    @Nested
    class Alone extends RenewableModeContract {
        @Override
        protected RenewableBackendUnderTest start() {
            return new TokenServer(new TokenMode());
        }
    }

    /** With a store that replicas share. */
    @Nested
    class Shared extends Alone {
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

    private static final class TokenMode implements Authenticator {
        @Override
        public String name() {
            return "token";
        }

        @Override
        public Login logIn(Credentials credentials, LoginTransport bare) throws LoginRefused {
            if (!(credentials instanceof Credentials.Password own)) {
                throw new LoginRefused("A user name and a password are needed.");
            }
            var fields = Map.of("user", own.username(), "password", own.password());
            var response = bare.send(BackendRequest.post("/login").form(fields));
            if (response.status() == 403) {
                throw new LoginRefused("Wrong user name or password.");
            }
            return Login.of(Map.of("X-Token", response.orThrow().text()));
        }

        @Override
        public Optional<String> challenge() {
            return Optional.of("Basic realm=\"custom\"");
        }
    }
}
