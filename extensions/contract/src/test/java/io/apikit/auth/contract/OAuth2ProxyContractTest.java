package io.apikit.auth.contract;

import io.apikit.auth.Authenticator;
import io.apikit.testkit.oauth2proxy.FakeOAuth2Proxy;

class OAuth2ProxyContractTest extends RenewableModeContract {
    @Override
    protected RenewableBackendUnderTest start() {
        return new Server();
    }

    private static final class Server implements RenewableBackendUnderTest {
        private final FakeOAuth2Proxy proxy = FakeOAuth2Proxy.inFrontOf(
                        ctx -> ctx.result(String.valueOf(ctx.header("X-Forwarded-User"))))
                .start();

        Server() {
            proxy.identityProvider().addUser("alice", "wonderland");
            proxy.identityProvider().addUser("bob", "builder-secret");
        }

        @Override
        public String url() {
            return proxy.url();
        }

        @Override
        public Authenticator mode() {
            return Authenticator.oauth2Proxy();
        }

        @Override
        public int logins() {
            return proxy.identityProvider().logins();
        }

        @Override
        public int refusals() {
            return proxy.identityProvider().loginAttempts() - logins();
        }

        @Override
        public void expireAll() {
            proxy.expireAllSessions();
            proxy.identityProvider().endSessions();
        }

        @Override
        public void hold() {
            proxy.identityProvider().hold();
        }

        @Override
        public void awaitHeld() {
            proxy.identityProvider().awaitHeld(1);
        }

        @Override
        public void release() {
            proxy.identityProvider().release();
        }

        @Override
        public void close() {
            proxy.close();
        }
    }
}
