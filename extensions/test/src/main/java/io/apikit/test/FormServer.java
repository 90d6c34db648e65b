package io.apikit.test;

import io.apikit.auth.Authenticator;
import io.apikit.testkit.formsite.FakeFormSite;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import java.time.InstantSource;
import java.util.Optional;

/** A backend with a login page. */
final class FormServer implements BackendServer {
    private final FakeFormSite site;
    private final String page;

    FormServer(String page, Handler handler, InstantSource clock) {
        this.page = page;
        this.site = FakeFormSite.inFrontOf(handler)
                .page(page)
                .csrf(false)
                .clock(clock)
                .start();
    }

    @Override
    public Optional<String> user(Context ctx) {
        return Optional.of(FakeFormSite.user(ctx));
    }

    @Override
    public Authenticator authenticator() {
        return Authenticator.formLogin(login -> login.page(page));
    }

    @Override
    public String loginEndpoint() {
        return page;
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
        site.endSessions();
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
