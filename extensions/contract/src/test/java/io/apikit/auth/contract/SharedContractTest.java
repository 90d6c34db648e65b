package io.apikit.auth.contract;

import io.apikit.auth.Backend;
import io.apikit.auth.LoginStore;
import org.junit.jupiter.api.Nested;

/** The contract of every mode, with a store in memory that replicas share. */
class SharedContractTest {
    /** What many calls show together they show alone, too. */
    private static final int CALLS = 30;

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

        @Override
        protected int calls() {
            return CALLS;
        }
    }

    @Nested
    class FormLogin extends FormLoginContractTest {
        private final LoginStore store = LoginStore.inMemory();

        @Override
        protected void share(Backend.Builder backend) {
            backend.loginStore(store);
        }

        @Override
        protected int calls() {
            return CALLS;
        }
    }

    @Nested
    class OAuth2Proxy extends OAuth2ProxyContractTest {
        private final LoginStore store = LoginStore.inMemory();

        @Override
        protected void share(Backend.Builder backend) {
            backend.loginStore(store);
        }

        @Override
        protected int calls() {
            return CALLS;
        }
    }

    @Nested
    class TokenLogin extends TokenLoginContractTest {
        private final LoginStore store = LoginStore.inMemory();

        @Override
        protected void share(Backend.Builder backend) {
            backend.loginStore(store);
        }

        @Override
        protected int calls() {
            return CALLS;
        }
    }
}
