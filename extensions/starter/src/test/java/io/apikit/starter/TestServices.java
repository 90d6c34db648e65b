package io.apikit.starter;

import io.apikit.ServiceMetadata;
import io.apikit.auth.Authenticator;
import io.javalin.Javalin;
import io.javalin.apibuilder.ApiBuilder;
import io.javalin.http.Handler;
import java.util.Map;

/** Services to test with, and a backend. */
final class TestServices {
    static final ServiceMetadata METADATA = ServiceMetadata.builder()
            .name("uservice-tested")
            .version("1.2.3")
            .repository("https://github.com/example/uservice-tested")
            .description("100% tested")
            .build();

    /** A service with one route. */
    static final Service PLAIN = Service.named(METADATA)
            .get("/value", (session, ctx) -> ctx.result(session.get("/api").text()));

    /** A service with four further backends and two settings of its own. */
    static final Service FULL = PLAIN.further(echo("pele"))
            .further(echo("firecrest").clientCredentials())
            .further(echo("nasa").withoutAccount())
            .further(echo("accelerator"))
            .setting(Setting.named("PAGE_SIZE", "how many jobs a page has")
                    .defaultsTo("50")
                    .checked(Integer::parseInt))
            .setting(
                    Setting.named("API_KEY", "the key for the weather").secret().checked(TestServices::checkKey));

    private TestServices() {}

    private static FurtherBackend echo(String name) {
        return FurtherBackend.named(
                name,
                "The system " + name,
                site -> site.system(
                        Authenticator.basic(),
                        backend -> ApiBuilder.get(
                                "/echo",
                                ctx -> ctx.result(
                                        backend.session(ctx).get("/api").text()))));
    }

    private static void checkKey(String key) {
        if (key.length() < 16) {
            throw new IllegalArgumentException("the key " + key + " is too short");
        }
    }

    /** Has all settings checked, as at a start. Without a backend of the service, the others are checked all the same. */
    static void checked(Map<String, String> settings) {
        FULL.app(settings);
    }

    /** Starts a backend with {@code GET /api} and {@code POST /login}. */
    static Javalin backend(Handler api, Handler login) {
        return Javalin.create(config -> {
                    config.startup.showJavalinBanner = false;
                    config.startup.startupWatcherEnabled = false;
                    config.routes.get("/api", api).post("/login", login);
                })
                .start("127.0.0.1", 0);
    }

    static String url(Javalin server) {
        return "http://127.0.0.1:" + server.port();
    }
}
