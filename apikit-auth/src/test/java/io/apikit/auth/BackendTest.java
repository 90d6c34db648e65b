package io.apikit.auth;

import static io.javalin.apibuilder.ApiBuilder.get;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.apikit.ApiApp;
import io.apikit.ServiceMetadata;
import io.apikit.custom.TokenMode;
import io.apikit.http.RetryPolicy;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A mode written by a user, in a running service: what a caller meets. */
class BackendTest {
    private final TokenBackend server = new TokenBackend().user("alice", "wonderland");
    private final List<ApiApp> apps = new java.util.ArrayList<>();

    private int service(Backend.Builder settings) {
        var backend = settings.retry(RetryPolicy.none()).build();
        var metadata = ServiceMetadata.builder()
                .name("whoami")
                .version("1")
                .repository("https://example.org/whoami")
                .description("Says who asks.")
                .build();
        var app = ApiApp.builder(metadata)
                .auth(backend)
                .routes(() -> {
                    get(
                            "/whoami",
                            ctx -> ctx.result(backend.session(ctx)
                                    .get("/whoami")
                                    .orThrow()
                                    .text()));
                    get(
                            "/no",
                            ctx -> ctx.result(backend.session(ctx)
                                    .get("/always401")
                                    .orThrow()
                                    .text()));
                })
                .build()
                .start("127.0.0.1", 0);
        apps.add(app);
        return app.port();
    }

    private Backend.Builder tokens() {
        return Backend.at(server.url()).auth(new TokenMode());
    }

    @Test
    void callerIsServedAsItself() {
        given().port(service(tokens()))
                .auth()
                .preemptive()
                .basic("alice", "wonderland")
                .get("/whoami")
                .then()
                .statusCode(200)
                .body(equalTo("alice"));
    }

    @Test
    void missingCredentialsAreA401WithTheChallenge() {
        given().port(service(tokens()))
                .get("/whoami")
                .then()
                .statusCode(401)
                .header("WWW-Authenticate", "Basic realm=\"custom\"")
                .body("status_code", equalTo(401))
                .body("reason", equalTo("Unauthorized"))
                .body("error_content", equalTo("Credentials are needed."));
        assertThat(server.loginPosts()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Basic", "Basic ???", "Basic YWxpY2U=", "Digest a=b", "garbage"})
    void malformedAuthorizationIsA401AndNotEchoed(String header) {
        given().port(service(tokens()))
                .header("Authorization", header)
                .get("/whoami")
                .then()
                .statusCode(401)
                .header("WWW-Authenticate", "Basic realm=\"custom\"")
                .body("error_content", equalTo("The Authorization header is malformed."));
    }

    @Test
    void twoAuthorizationHeadersAreA401() {
        given().port(service(tokens()))
                .header("Authorization", "Basic YWxpY2U6d29uZGVybGFuZA==", "Basic Ym9iOmJ1aWxkZXI=")
                .get("/whoami")
                .then()
                .statusCode(401);
        assertThat(server.loginPosts()).isZero();
    }

    @Test
    void finalRejectionReachesTheCallerWithTheChallenge() {
        given().port(service(tokens()))
                .auth()
                .preemptive()
                .basic("alice", "wonderland")
                .get("/no")
                .then()
                .statusCode(401)
                .header("WWW-Authenticate", "Basic realm=\"custom\"")
                .body("error_content", equalTo("no"));
    }

    @Test
    void serviceAccountServesCallersWithoutCredentials() {
        var port = service(tokens().credentials(Credentials.password("alice", "wonderland")));

        given().port(port).get("/whoami").then().statusCode(200).body(equalTo("alice"));
        given().port(port).get("/no").then().statusCode(502).header("WWW-Authenticate", equalTo(null));
    }

    @Test
    void unreadableServiceCredentialsAreABadGateway() {
        given().port(service(tokens().credentials(() -> {
                    throw new IllegalStateException("file says: wonderland");
                })))
                .get("/whoami")
                .then()
                .statusCode(502)
                .body("error_content", equalTo("The service's own credentials cannot be had."));
    }

    @Test
    void metadataShowTheModesNameOnly() {
        given().port(service(tokens())).get("/metadata").then().body("auth", equalTo("token"));
    }

    @Test
    void modeWithoutCredentialsIgnoresTheCallersOwn() {
        var port = service(Backend.at(server.url()));

        given().port(port)
                .header("Authorization", "garbage")
                .get("/whoami")
                .then()
                .statusCode(401);
        assertThat(server.requests()).containsExactly("GET /whoami null");
    }

    @Test
    void unreachableBackendIsABadGateway() {
        given().port(service(Backend.at("http://127.0.0.1:1").auth(new TokenMode())))
                .auth()
                .preemptive()
                .basic("alice", "wonderland")
                .get("/whoami")
                .then()
                .statusCode(502)
                .body("error_content", containsString("http://127.0.0.1:1"));
    }

    @Test
    void userInfoInTheBaseUrlIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> Backend.at("http://alice:wonderland@example.org").build())
                .withMessageNotContaining("wonderland");
    }

    @Test
    void badSettingIsNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> tokens().maxSessions(0))
                .withMessageContaining("maxSessions");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> tokens().loginCoolDown(java.time.Duration.ZERO))
                .withMessageContaining("loginCoolDown");
    }

    @Test
    void closedBackendFailsAtOnce() {
        var backend = tokens().build();
        backend.close();

        SessionTest.assertFails(
                503,
                () -> backend.session(Credentials.password("alice", "wonderland"))
                        .get("/whoami"));
    }

    @AfterEach
    void end() {
        apps.forEach(ApiApp::stop);
        server.close();
    }
}
