package io.apikit.testkit.opensite;

import io.apikit.testkit.internal.FakeServer;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Handler;
import io.javalin.http.HandlerType;

/**
 * A site without a login: each request of any method reaches its handler. It serves HTTP on 127.0.0.1 and a free port.
 *
 * <p>Thread-safe. Its threads are daemon threads.
 */
public final class FakeSite extends FakeServer {
    private final Handler handler;

    private FakeSite(Handler handler) {
        super("fake-site");
        this.handler = handler;
        start(this::configure);
    }

    /** Starts a site in front of this handler. */
    public static FakeSite inFrontOf(Handler handler) {
        return new FakeSite(handler);
    }

    private void configure(JavalinConfig config) {
        HandlerType.values().stream()
                .filter(HandlerType::isHttpMethod)
                .forEach(method -> config.routes.addHttpHandler(method, "*", handler));
    }
}
