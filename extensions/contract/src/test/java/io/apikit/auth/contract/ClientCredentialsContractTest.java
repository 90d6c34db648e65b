package io.apikit.auth.contract;

import io.apikit.auth.Authenticator;
import io.apikit.testkit.token.FakeTokenEndpoint;
import io.javalin.Javalin;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

class ClientCredentialsContractTest extends RenewableModeContract {
    @Override
    protected RenewableBackendUnderTest start() {
        return new Server();
    }

    /** A resource server that asks its token endpoint whose token it sees. */
    private static final class Server implements RenewableBackendUnderTest {
        private final FakeTokenEndpoint tokens = FakeTokenEndpoint.builder()
                .client("alice", "wonderland")
                .client("bob", "builder-secret")
                .start();
        private final Javalin app = Javalin.create(config -> {
                    config.startup.showJavalinBanner = false;
                    config.startup.startupWatcherEnabled = false;
                    config.jetty.threadPool = new QueuedThreadPool(1200, 16);
                    config.routes.get("/whoami", ctx -> {
                        var token = String.valueOf(ctx.header("Authorization")).replaceFirst("^Bearer ", "");
                        tokens.client(token)
                                .ifPresentOrElse(
                                        ctx::result, () -> ctx.status(401).result("no"));
                    });
                })
                .start("127.0.0.1", 0);

        @Override
        public String url() {
            return "http://127.0.0.1:" + app.port();
        }

        @Override
        public Authenticator mode() {
            return Authenticator.clientCredentials(options -> options.tokenUri(tokens.tokenUri()));
        }

        @Override
        public int logins() {
            return tokens.logins();
        }

        @Override
        public int refusals() {
            return tokens.loginAttempts() - tokens.logins();
        }

        @Override
        public void expireAll() {
            tokens.expireTokens();
        }

        @Override
        public void hold() {
            tokens.hold();
        }

        @Override
        public void awaitHeld() {
            tokens.awaitHeld(1);
        }

        @Override
        public void release() {
            tokens.release();
        }

        @Override
        public void close() {
            app.stop();
            tokens.close();
        }
    }
}
