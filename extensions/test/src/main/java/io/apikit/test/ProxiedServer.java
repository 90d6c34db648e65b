package io.apikit.test;

import io.apikit.auth.Authenticator;
import io.apikit.testkit.oauth2proxy.FakeOAuth2Proxy;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import java.time.InstantSource;
import java.util.Optional;

/** A backend behind an oauth2-proxy. A login is a callback that has succeeded, an attempt is a password. */
final class ProxiedServer implements BackendServer {
    private final FakeOAuth2Proxy proxy;

    ProxiedServer(Handler handler, InstantSource clock) {
        this.proxy = FakeOAuth2Proxy.inFrontOf(handler).clock(clock).start();
    }

    @Override
    public Optional<String> user(Context ctx) {
        return Optional.ofNullable(ctx.header("X-Forwarded-User"));
    }

    @Override
    public Authenticator authenticator() {
        return Authenticator.oauth2Proxy();
    }

    /** Otherwise a browser that has been logged in before would not be asked for its password. */
    @Override
    public void signOff() {
        proxy.identityProvider().endSessions();
    }

    @Override
    public String url() {
        return proxy.url();
    }

    @Override
    public void down() {
        proxy.down();
    }

    @Override
    public void up() {
        proxy.up();
    }

    @Override
    public void addUser(String name, String password) {
        proxy.identityProvider().addUser(name, password);
    }

    @Override
    public void expire() {
        proxy.expireAllSessions();
    }

    @Override
    public void hold() {
        proxy.identityProvider().hold();
    }

    @Override
    public void release() {
        proxy.identityProvider().release();
    }

    @Override
    public void awaitHeld(int logins) {
        proxy.identityProvider().awaitHeld(logins);
    }

    @Override
    public int logins() {
        return proxy.logins();
    }

    @Override
    public int logins(String user) {
        return proxy.logins(user);
    }

    @Override
    public int loginAttempts() {
        return proxy.identityProvider().loginAttempts();
    }

    @Override
    public void close() {
        proxy.close();
    }
}
