package io.apikit.auth.contract;

import io.apikit.auth.Backend;
import io.apikit.auth.LoginStore;
import org.junit.jupiter.api.Nested;

/** The contract of every mode, with a store that replicas share. */
class SharedContractTest {
    @Nested
    class Basic extends BasicContractTest {
        private final LoginStore store = LoginStore.inMemory();

        @Override
        protected void share(Backend.Builder backend) {
            backend.loginStore(store);
        }
    }

    @Nested
    class BearerRelay extends BearerRelayContractTest {
        private final LoginStore store = LoginStore.inMemory();

        @Override
        protected void share(Backend.Builder backend) {
            backend.loginStore(store);
        }
    }

    @Nested
    class ClientCredentials extends ClientCredentialsContractTest {
        private final LoginStore store = LoginStore.inMemory();

        @Override
        protected void share(Backend.Builder backend) {
            backend.loginStore(store);
        }
    }

    @Nested
    class FormLogin extends FormLoginContractTest {
        private final LoginStore store = LoginStore.inMemory();

        @Override
        protected void share(Backend.Builder backend) {
            backend.loginStore(store);
        }
    }

    @Nested
    class OAuth2Proxy extends OAuth2ProxyContractTest {
        private final LoginStore store = LoginStore.inMemory();

        @Override
        protected void share(Backend.Builder backend) {
            backend.loginStore(store);
        }
    }

    @Nested
    class TokenLogin extends TokenLoginContractTest {
        private final LoginStore store = LoginStore.inMemory();

        @Override
        protected void share(Backend.Builder backend) {
            backend.loginStore(store);
        }
    }
}
