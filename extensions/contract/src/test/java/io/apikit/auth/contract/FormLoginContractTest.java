package io.apikit.auth.contract;

import io.apikit.auth.Authenticator;
import io.apikit.testkit.formsite.FakeFormSite;
import java.util.Optional;

class FormLoginContractTest extends RenewableModeContract {
    @Override
    protected RenewableBackendUnderTest start() {
        return new Server();
    }

    private static final class Server implements RenewableBackendUnderTest {
        private final FakeFormSite site = FakeFormSite.inFrontOf(ctx -> {
                    if (ctx.path().equals("/reflect")) {
                        ctx.status(500).result("you sent " + ctx.header("Cookie"));
                    } else {
                        ctx.result(FakeFormSite.user(ctx));
                    }
                })
                .start();

        Server() {
            site.addUser("alice", "wonderland");
            site.addUser("bob", "builder-secret");
        }

        @Override
        public String url() {
            return site.url();
        }

        @Override
        public Authenticator mode() {
            return Authenticator.formLogin(login -> login.page("/login").csrfCookie("csrftoken"));
        }

        @Override
        public Optional<String> reflecting() {
            return Optional.of("/reflect");
        }

        @Override
        public int logins() {
            return site.logins();
        }

        @Override
        public int refusals() {
            return site.loginAttempts() - site.logins();
        }

        @Override
        public void expireAll() {
            site.endSessions();
        }

        @Override
        public void hold() {
            site.hold();
        }

        @Override
        public void awaitHeld() {
            site.awaitHeld(1);
        }

        @Override
        public void release() {
            site.release();
        }

        @Override
        public void close() {
            site.close();
        }
    }
}
