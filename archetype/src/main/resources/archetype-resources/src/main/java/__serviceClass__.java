package ${package};

import io.apikit.ServiceMetadata;
import io.apikit.auth.Authenticator;
import io.apikit.starter.Service;
import java.util.Map;

/** Temperatures as JSON, from a backend behind a login that responds in plain text. */
public final class ${serviceClass} {
    static final Service SERVICE = Service.named(ServiceMetadata.builder()
                    .name("${artifactId}")
                    .version("${version}")
                    .repository("${repository}")
                    .description("Temperatures as JSON")
                    .build())
            // AUTH_MODE and BACKEND_URL say what else it may be, and where. --help lists all settings.
            .auth(Authenticator.oauth2Proxy())
            .get("/temperature/{place}", (session, ctx) -> {
                var place = ctx.pathParam("place");
                var text = session.get("/temp", Map.of("place", place)).text();
                ctx.json(new Temperature(place, Double.parseDouble(text.strip())));
            });

    private ${serviceClass}() {}

    /** What callers get. */
    record Temperature(String place, double celsius) {}

    public static void main(String... args) {
        SERVICE.main(args);
    }
}
