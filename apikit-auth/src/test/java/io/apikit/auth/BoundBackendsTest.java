package io.apikit.auth;

import static io.javalin.apibuilder.ApiBuilder.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.ApiApp;
import io.apikit.ServiceMetadata;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

/** Which registries a backend shows in, under which name, from when and until when. */
class BoundBackendsTest extends MeasuredService {
    private static final String SESSIONS = "apikit.backend.sessions";

    @Test
    void twoOfOneNameAreDistinct() {
        var registry = new SimpleMeterRegistry();
        var first = backend();
        var second = backend();
        first.session(ALICE).get("/whoami");
        second.session(ALICE).get("/whoami");
        second.session(BOB).get("/whoami");
        first.bindTo(registry);
        second.bindTo(registry);

        assertThat(sessions(registry, address(server.url()))).isEqualTo(1);
        assertThat(sessions(registry, address(server.url()) + " #2")).isEqualTo(2);
    }

    @Test
    void oneThatWasMadeAndUsedBeforeIsCountedFromThenOn() throws Exception {
        var backend = backend();
        backend.session(ALICE).get("/whoami");
        var port = serve(backend);
        assertThat(calls(scrape(port), "2xx")).isZero();
        assertThat(scrape(port).value("apikit_backend_sessions")).isEqualTo(1);

        callAsAlice(port, "whoami", 200);
        assertThat(calls(scrape(port), "2xx")).isEqualTo(1);
    }

    @Test
    void oneThatIsBoundTwiceToARegistryIsThereOnce() {
        var registry = new SimpleMeterRegistry();
        var backend = backend();
        backend.bindTo(registry);
        var meters = registry.getMeters().size();
        backend.bindTo(registry);

        assertThat(registry.getMeters()).hasSize(meters);
        assertThat(registry.find(SESSIONS).gauges()).hasSize(1);
    }

    @Test
    void oneInTwoRegistriesIsCountedInBoth() {
        var one = new SimpleMeterRegistry();
        var other = new SimpleMeterRegistry();
        var backend = backend();
        backend.bindTo(one);
        backend.bindTo(other);
        backend.session(ALICE).get("/whoami");

        for (var registry : new MeterRegistry[] {one, other}) {
            assertThat(registry.get("apikit.backend.calls")
                            .tag("outcome", "2xx")
                            .timer()
                            .count())
                    .isOne();
        }
    }

    @Test
    void aClosedOneLeavesNothingBehindAndShowsNoMore() {
        var registry = new SimpleMeterRegistry();
        var backend = backend();
        backend.bindTo(registry);
        backend.close();
        backend.bindTo(registry);

        assertThat(registry.getMeters()).isEmpty();
    }

    @Test
    void oneThatIsClosedWhileTheAppRunsIsGoneFromTheTextAndTheOtherStays() throws Exception {
        var first = backend();
        var second = backend();
        try (var app = new Running(app(first, second))) {
            assertThat(scrape(app.port()).value("apikit_backend_sessions", " #2"))
                    .isZero();
            second.close();

            assertThat(scrape(app.port()).text()).doesNotContain(" #2");
            assertThat(scrape(app.port()).value("apikit_backend_sessions")).isZero();
        }
    }

    @Test
    void whenTheAppHasStoppedItsRegistryIsEmpty() {
        var app = app(backend(), backend());
        assertThat(app.meters().find(SESSIONS).gauges()).hasSize(2);
        app.stop();

        assertThat(app.meters().getMeters()).isEmpty();
    }

    private static ApiApp app(Backend backend, Backend further) {
        var metadata = ServiceMetadata.builder()
                .name("bound")
                .version("1")
                .repository("https://example.org/bound")
                .description("Two backends.")
                .build();
        return ApiApp.builder(metadata)
                .auth(backend)
                .closeOnStop(further)
                .routes(() -> get("/", ctx -> {}))
                .build()
                .start("127.0.0.1", 0);
    }

    private static double sessions(MeterRegistry registry, String backend) {
        return registry.get(SESSIONS).tag("backend", backend).gauge().value();
    }

    private record Running(ApiApp app) implements AutoCloseable {
        int port() {
            return app.port();
        }

        @Override
        public void close() {
            app.stop();
        }
    }
}
