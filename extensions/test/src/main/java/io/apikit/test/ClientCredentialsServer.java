package io.apikit.test;

import io.apikit.auth.Authenticator;
import io.apikit.testkit.opensite.FakeSite;
import io.apikit.testkit.token.FakeTokenEndpoint;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import java.time.InstantSource;
import java.util.Optional;

/** A backend that wants tokens of a token endpoint on another origin. */
final class ClientCredentialsServer implements BackendServer {
    private static final String SCHEME = "Bearer ";

    private final Handler handler;
    private final FakeTokenEndpoint endpoint;
    private final FakeSite site;

    ClientCredentialsServer(Handler handler, InstantSource clock) {
        this.handler = handler;
        this.endpoint = FakeTokenEndpoint.builder().clock(clock).start();
        this.site = FakeSite.inFrontOf(this::handle);
    }

    private void handle(Context ctx) throws Exception {
        if (user(ctx).isEmpty()) {
            ctx.status(401).header("WWW-Authenticate", "Bearer").result("no valid token");
        } else {
            handler.handle(ctx);
        }
    }

    @Override
    public Optional<String> user(Context ctx) {
        return Optional.ofNullable(ctx.header("Authorization"))
                .filter(value -> value.startsWith(SCHEME))
                .flatMap(value -> endpoint.client(value.substring(SCHEME.length())));
    }

    @Override
    public Authenticator authenticator() {
        return Authenticator.clientCredentials(grant -> grant.tokenUri(endpoint.tokenUri()));
    }

    @Override
    public String loginEndpoint() {
        return endpoint.tokenUri();
    }

    @Override
    public String url() {
        return site.url();
    }

    @Override
    public void down() {
        site.down();
    }

    @Override
    public void up() {
        site.up();
    }

    @Override
    public void addUser(String name, String password) {
        endpoint.addClient(name, password);
    }

    @Override
    public void expire() {
        endpoint.expireTokens();
    }

    @Override
    public void hold() {
        endpoint.hold();
    }

    @Override
    public void release() {
        endpoint.release();
    }

    @Override
    public void awaitHeld(int logins) {
        endpoint.awaitHeld(logins);
    }

    @Override
    public int logins() {
        return endpoint.logins();
    }

    @Override
    public int logins(String user) {
        return endpoint.logins(user);
    }

    @Override
    public int loginAttempts() {
        return endpoint.loginAttempts();
    }

    @Override
    public void close() {
        site.close();
        endpoint.close();
    }
}
