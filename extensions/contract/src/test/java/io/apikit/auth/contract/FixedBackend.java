package io.apikit.auth.contract;

import io.apikit.auth.Authenticator;
import io.apikit.auth.Credentials;
import io.javalin.Javalin;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** A backend that looks at the {@code Authorization} header of each request and at nothing else. */
final class FixedBackend implements BackendUnderTest {
    private final Authenticator mode;
    private final Map<String, String> users;
    private final List<Credentials> callers;
    private final AtomicInteger refusals = new AtomicInteger();
    private final Javalin app;

    /** @param callers alice, bob, and alice with a wrong secret */
    FixedBackend(Authenticator mode, Map<String, String> usersByAuthorization, List<Credentials> callers) {
        this.mode = mode;
        this.users = usersByAuthorization;
        this.callers = callers;
        this.app = Javalin.create(config -> {
                    config.startup.showJavalinBanner = false;
                    config.startup.startupWatcherEnabled = false;
                    config.routes.get("/whoami", ctx -> {
                        var user = users.get(String.valueOf(ctx.header("Authorization")));
                        if (user == null) {
                            refusals.incrementAndGet();
                            ctx.status(401).result("no");
                        } else {
                            ctx.result(user);
                        }
                    });
                })
                .start("127.0.0.1", 0);
    }

    @Override
    public String url() {
        return "http://127.0.0.1:" + app.port();
    }

    @Override
    public Authenticator mode() {
        return mode;
    }

    @Override
    public Credentials alice() {
        return callers.get(0);
    }

    @Override
    public Credentials bob() {
        return callers.get(1);
    }

    @Override
    public Credentials wrong() {
        return callers.get(2);
    }

    @Override
    public int refusals() {
        return refusals.get();
    }

    @Override
    public void close() {
        app.stop();
    }
}
