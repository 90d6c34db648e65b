package io.apikit.test;

import static io.javalin.apibuilder.ApiBuilder.get;
import static io.javalin.apibuilder.ApiBuilder.post;

import io.apikit.ApiApp;
import io.apikit.ServiceMetadata;
import io.apikit.auth.Authenticator;
import io.apikit.auth.Backend;
import java.util.Map;
import java.util.function.UnaryOperator;

/** The service under test: a temperature, from a backend that says it in plain text. */
final class Thermometer {
    private Thermometer() {}

    record Temperature(double celsius) {}

    record Order(String name, int number) {}

    /** Returns the service with a mode that fits the backend. */
    static ApiApp at(ScriptedBackend backend) {
        return at(backend, backend.authenticator(), UnaryOperator.identity());
    }

    static ApiApp at(ScriptedBackend backend, Authenticator mode, UnaryOperator<Backend.Builder> settings) {
        return at(backend.url(), mode, settings).build();
    }

    static ApiApp.Builder at(String url, Authenticator mode, UnaryOperator<Backend.Builder> settings) {
        var backend = settings.apply(Backend.at(url).auth(mode)).build();
        var metadata = ServiceMetadata.builder()
                .name("thermometer")
                .version("1.0.0")
                .repository("https://example.org/thermometer")
                .description("Temperatures as JSON")
                .build();
        return ApiApp.builder(metadata).auth(backend).routes(() -> {
            get("/temperature", ctx -> {
                var text = backend.session(ctx).get("/temp").text();
                ctx.json(new Temperature(Double.parseDouble(text.strip())));
            });
            get("/city/{city}", ctx -> {
                var text = backend.session(ctx)
                        .get("/temp", Map.of("city", ctx.pathParam("city")))
                        .text();
                ctx.json(new Temperature(Double.parseDouble(text)));
            });
            post("/orders", ctx -> {
                var order = ctx.bodyAsClass(Order.class);
                var reply = backend.session(ctx).post("/orders", order).orThrow();
                ctx.status(201).json(Map.of("id", reply.text()));
            });
        });
    }
}
