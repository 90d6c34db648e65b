package io.apikit.test;

import io.apikit.auth.Authenticator;
import io.apikit.testkit.token.FakeTokenSite;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import java.time.InstantSource;
import java.util.Optional;

/** A backend with a login endpoint that returns a token. */
final class TokenLoginServer implements BackendServer {
    private final FakeTokenSite site;
    private final String loginPath;

    TokenLoginServer(String loginPath, Handler handler, InstantSource clock) {
        this.loginPath = loginPath;
        this.site = FakeTokenSite.inFrontOf(handler)
                .loginPath(loginPath)
                .clock(clock)
                .start();
    }

    @Override
    public Optional<String> user(Context ctx) {
        return Optional.of(FakeTokenSite.user(ctx));
    }

    @Override
    public Authenticator authenticator() {
        return Authenticator.tokenLogin(login -> login.post(loginPath));
    }

    @Override
    public String loginEndpoint() {
        return loginPath;
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
        site.addUser(name, password);
    }

    @Override
    public void expire() {
        site.expireTokens();
    }

    @Override
    public void hold() {
        site.hold();
    }

    @Override
    public void release() {
        site.release();
    }

    @Override
    public void awaitHeld(int logins) {
        site.awaitHeld(logins);
    }

    @Override
    public int logins() {
        return site.logins();
    }

    @Override
    public int logins(String user) {
        return site.logins(user);
    }

    @Override
    public int loginAttempts() {
        return site.loginAttempts();
    }

    @Override
    public void close() {
        site.close();
    }
}
