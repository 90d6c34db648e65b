package io.apikit.openapi;

import static io.javalin.apibuilder.ApiBuilder.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.ApiApp;
import io.apikit.auth.Authenticator;
import io.apikit.auth.Backend;
import io.apikit.auth.Credentials;
import io.apikit.ops.callers.CallerCheck;
import io.apikit.ops.callers.VerifiedCaller;
import io.javalin.http.Handler;
import io.restassured.path.json.JsonPath;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the description says of credentials and of errors. */
@Timeout(60)
class SecurityOfTheDocumentTest {
    private static final Handler NOTHING = ctx -> {};
    private static final String SECURITY = "paths.'/jobs'.get.security";
    private static final String RESPONSES = "paths.'/jobs'.get.responses";

    private static Backend backend(Authenticator mode) {
        return Backend.at("http://127.0.0.1:9").auth(mode).build();
    }

    private static JsonPath document(OpenApi page, UnaryOperator<ApiApp.Builder> more) {
        var builder = ApiApp.builder(RunningApp.METADATA)
                .routes(() -> get("/jobs", NOTHING))
                .operations(ops -> ops.page(page));
        try (var running = RunningApp.start(more.apply(builder))) {
            return running.document();
        }
    }

    private static JsonPath document(Backend backend) {
        return document(OpenApi.at("/docs"), app -> app.auth(backend));
    }

    @Test
    void modeWithPasswordsNeedsBasic() {
        var document = document(backend(Authenticator.oauth2Proxy()));

        assertThat(document.getList(SECURITY)).isEqualTo(List.of(Map.of("basic", List.of())));
        assertThat(document.<String, Object>getMap("components.securitySchemes.basic"))
                .containsEntry("type", "http")
                .containsEntry("scheme", "basic");
        assertThat(document.getString(RESPONSES + ".'401'.'$ref'")).isEqualTo("#/components/responses/Unauthorized");
        assertThat(document.<String, Object>getMap("components.responses.Unauthorized.headers"))
                .containsOnlyKeys("WWW-Authenticate");
        assertThat(document.getList("paths.'/metadata'.get.security")).isEmpty();
        assertThat(document.<String, Object>getMap("paths.'/metadata'.get.responses"))
                .doesNotContainKey("401");
    }

    @Test
    void relayNeedsABearerToken() {
        var document = document(backend(Authenticator.bearerRelay()));

        assertThat(document.getList(SECURITY)).isEqualTo(List.of(Map.of("bearer", List.of())));
        assertThat(document.getString("components.securitySchemes.bearer.scheme"))
                .isEqualTo("bearer");
    }

    @Test
    void callersOfAServiceAccountNeedNothing() {
        var account = Backend.at("http://127.0.0.1:9")
                .auth(Authenticator.basic())
                .credentials(Credentials.password("service", "canary-service-password"))
                .build();
        for (var backend : List.of(account, backend(Authenticator.none()))) {
            var document = document(backend);

            assertThat(document.getList(SECURITY)).isEmpty();
            assertThat(document.<Object>get("components.securitySchemes")).isNull();
            assertThat(document.<String, Object>getMap(RESPONSES)).doesNotContainKey("401");
        }
    }

    @Test
    void eachBackendHasItsOwnScheme() {
        var relay = backend(Authenticator.bearerRelay());
        var document = document(
                OpenApi.at("/docs"),
                app -> app.auth(backend(Authenticator.basic())).routes("/hpc", relay, () -> get("/jobs", NOTHING)));

        assertThat(document.getList(SECURITY)).isEqualTo(List.of(Map.of("basic", List.of())));
        assertThat(document.getList("paths.'/hpc/jobs'.get.security")).isEqualTo(List.of(Map.of("bearer", List.of())));
    }

    @Test
    void routeCanSayThatItNeedsNoCredentials() {
        var page = OpenApi.at("/docs").route("GET", "/jobs", route -> route.withoutCredentials());
        var document = document(page, app -> app.auth(backend(Authenticator.basic())));

        assertThat(document.getList(SECURITY)).isEmpty();
    }

    @Test
    void checkOfCallersIsDescribed() {
        var document = document(OpenApi.at("/docs"), app -> app.operations(ops -> ops.callers(new KeyCheck())));

        assertThat(document.getList(SECURITY)).isEqualTo(List.of(Map.of("key", List.of()), Map.of("token", List.of())));
        assertThat(document.<String, Object>getMap("components.securitySchemes.key"))
                .isEqualTo(Map.of("type", "apiKey", "in", "header", "name", "X-Key"));
        assertThat(document.getList("paths.'/metadata'.get.security")).hasSize(2);
        assertThat(document.getList("paths.'/metrics'.get.security")).isEmpty();
        assertThat(document.getList("paths.'/health/live'.get.security")).isEmpty();
    }

    @Test
    void routeWithoutTheModesCredentialsStillNeedsTheCheck() {
        var page = OpenApi.at("/docs").route("GET", "/jobs", route -> route.withoutCredentials());
        var document = document(
                page, app -> app.auth(backend(Authenticator.basic())).operations(ops -> ops.callers(new KeyCheck())));

        assertThat(document.getList(SECURITY)).isEqualTo(List.of(Map.of("key", List.of()), Map.of("token", List.of())));
    }

    @Test
    void openPathOfTheCheckNeedsNoCredentials() {
        var open = new KeyCheck() {
            @Override
            public Set<String> openPaths() {
                return Set.of("/jobs");
            }
        };
        var document = document(OpenApi.at("/docs"), app -> app.operations(ops -> ops.callers(open)));

        assertThat(document.getList(SECURITY)).isEmpty();
        assertThat(document.getList("paths.'/metadata'.get.security")).hasSize(2);
    }

    @Test
    void checkOfTheAuthorsOwnIsNeededBesideTheMode() {
        var page = OpenApi.at("/docs").security("key", Map.of("type", "apiKey", "in", "header", "name", "X-Key"));
        var document = document(page, app -> app.auth(backend(Authenticator.basic())));

        assertThat(document.getList(SECURITY)).isEqualTo(List.of(Map.of("basic", List.of(), "key", List.of())));
    }

    @Test
    void everyRouteHasTheErrorsThatEachCanHave() {
        var document = document(backend(Authenticator.basic()));

        assertThat(document.<String, Object>getMap(RESPONSES))
                .containsOnlyKeys("200", "400", "401", "429", "502", "503", "504", "default");
        assertThat(document.<String, Object>getMap("components.responses.Unavailable.headers"))
                .containsOnlyKeys("Retry-After");
        assertThat(document.<String, Object>getMap("components.responses.Error.content"))
                .containsOnlyKeys("application/json", "application/problem+json");
        assertThat(document.<String, Object>getMap("components.schemas.ErrorBody.properties"))
                .containsOnlyKeys("reason", "status_code", "error_content");
    }

    @Test
    void operationsOnAPortOfTheirOwnAreNotShown() {
        var document = document(OpenApi.at("/docs"), app -> app.operations(ops -> ops.port(0)));

        assertThat(document.<String, Object>getMap("paths"))
                .containsOnlyKeys("/jobs", "/metadata", "/v1.0/metadata", "/");
    }

    /** Admits everybody, and protects the metadata. */
    private static class KeyCheck implements CallerCheck {
        @Override
        public Decision check(Function<String, List<String>> headers) {
            return new Admitted(new VerifiedCaller("alice", Map.of()), "X-Key");
        }

        @Override
        public boolean protectsMetadata() {
            return true;
        }

        @Override
        public Map<String, Map<String, Object>> securitySchemes() {
            return new TreeMap<>(Map.of(
                    "key", Map.of("type", "apiKey", "in", "header", "name", "X-Key"),
                    "token", Map.of("type", "http", "scheme", "bearer")));
        }
    }
}
