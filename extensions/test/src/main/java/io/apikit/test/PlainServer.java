package io.apikit.test;

import io.apikit.auth.Authenticator;
import io.apikit.testkit.opensite.FakeSite;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** A backend without a login; with Basic credentials in each request, if it wants them. */
final class PlainServer implements BackendServer {
    private final Map<String, String> passwords = new ConcurrentHashMap<>();
    private final Handler handler;
    private final boolean wantsBasic;
    private final FakeSite site;

    PlainServer(Handler handler, boolean wantsBasic) {
        this.handler = handler;
        this.wantsBasic = wantsBasic;
        this.site = FakeSite.inFrontOf(this::handle);
    }

    private void handle(Context ctx) throws Exception {
        if (wantsBasic && user(ctx).isEmpty()) {
            ctx.status(401)
                    .header("WWW-Authenticate", "Basic realm=\"backend\"")
                    .result("wrong user name or password");
        } else {
            handler.handle(ctx);
        }
    }

    @Override
    public Optional<String> user(Context ctx) {
        if (!wantsBasic || ctx.basicAuthCredentials() == null) {
            return Optional.empty();
        }
        var given = ctx.basicAuthCredentials();
        return Optional.of(given.getUsername())
                .filter(name -> given.getPassword().equals(passwords.get(name)));
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
        passwords.put(name, password);
    }

    @Override
    public Authenticator authenticator() {
        return wantsBasic ? Authenticator.basic() : Authenticator.none();
    }

    @Override
    public void close() {
        site.close();
    }
}
