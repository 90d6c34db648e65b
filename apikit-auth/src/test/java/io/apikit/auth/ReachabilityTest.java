package io.apikit.auth;

import static io.javalin.apibuilder.ApiBuilder.get;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.equalTo;

import io.apikit.ApiApp;
import io.apikit.BackendError;
import io.apikit.ServiceMetadata;
import io.apikit.http.RetryPolicy;
import io.apikit.ops.Operations;
import io.apikit.testkit.faulty.Fault;
import io.apikit.testkit.faulty.FaultyServer;
import io.apikit.testkit.identityprovider.FakeIdentityProvider;
import io.apikit.testkit.oauth2proxy.FakeOAuth2Proxy;
import io.restassured.specification.RequestSpecification;
import java.time.Duration;
import java.util.List;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What probes say of a backend, and what they do to it. */
@Timeout(60)
class ReachabilityTest {
    private static void softly(Operations ops, Backend backend) {
        ops.softCheck("backend", backend::isReachable);
    }

    private static void hard(Operations ops, Backend backend) {
        ops.check("backend", backend::isReachable);
    }

    /** A service that logs its callers in to an oauth2-proxy, which can go down under it. */
    private record Service(FakeIdentityProvider provider, FakeOAuth2Proxy proxy, ApiApp app) implements AutoCloseable {
        static Service start(BiConsumer<Operations, Backend> checks) {
            var provider =
                    FakeIdentityProvider.builder().user("alice", "wonderland").start();
            var proxy = FakeOAuth2Proxy.inFrontOf(ctx -> ctx.result("data"))
                    .identityProvider(provider)
                    .start();
            var backend = Backend.at(proxy.url())
                    .auth(Authenticator.oauth2Proxy())
                    .retry(RetryPolicy.none())
                    .build();
            return new Service(provider, proxy, app(backend, checks));
        }

        private static ApiApp app(Backend backend, BiConsumer<Operations, Backend> checks) {
            var metadata = ServiceMetadata.builder()
                    .name("probed")
                    .version("1")
                    .repository("https://example.org/probed")
                    .description("Is probed.")
                    .build();
            return ApiApp.builder(metadata)
                    .auth(backend)
                    // A check may take as long as the machine is busy; it ends by itself in a second.
                    .operations(ops ->
                            checks.accept(ops.stopDelay(Duration.ZERO).checkTimeout(Duration.ofSeconds(20)), backend))
                    .routes(() -> get(
                            "/data",
                            ctx -> ctx.result(
                                    backend.session(ctx).get("/data").orThrow().text())))
                    .build()
                    .start("127.0.0.1", 0);
        }

        RequestSpecification nobody() {
            return given().baseUri("http://127.0.0.1").port(app.port()).header("Connection", "close");
        }

        RequestSpecification alice() {
            return nobody().auth().preemptive().basic("alice", "wonderland");
        }

        @Override
        public void close() {
            app.stop();
            proxy.close();
            provider.close();
        }
    }

    @Test
    void aBackendThatIsUpIsReadyAndProbesLogNobodyIn() {
        try (var service = Service.start(ReachabilityTest::hard)) {
            service.nobody()
                    .get("/health/ready")
                    .then()
                    .statusCode(200)
                    .body("status", equalTo("up"))
                    .body("checks.backend", equalTo("up"));
            service.alice().get("/health/ready").then().statusCode(200);
            service.alice().get("/health/live").then().statusCode(200);
            assertThat(service.proxy().logins()).isZero();
            assertThat(service.provider().logins()).isZero();
        }
    }

    @Test
    void aBackendThatIsDownLeavesTheServiceAliveAndDegradedIfItsCheckIsSoft() {
        try (var service = Service.start(ReachabilityTest::softly)) {
            service.alice().get("/data").then().statusCode(200);
            service.proxy().close();

            service.nobody().get("/health/live").then().statusCode(200).body("status", equalTo("up"));
            service.nobody()
                    .get("/health/ready")
                    .then()
                    .statusCode(200)
                    .body("status", equalTo("degraded"))
                    .body("checks.backend", equalTo("down"));
            service.alice().get("/data").then().statusCode(502);
            assertThat(service.proxy().logins()).isOne();
            assertThat(service.provider().logins()).isOne();
        }
    }

    @Test
    void aBackendThatIsDownLeavesTheServiceAliveAndNotReadyIfItsCheckIsHard() {
        try (var service = Service.start(ReachabilityTest::hard)) {
            service.alice().get("/data").then().statusCode(200);
            service.proxy().close();

            service.nobody().get("/health/live").then().statusCode(200).body("status", equalTo("up"));
            service.nobody()
                    .get("/health/ready")
                    .then()
                    .statusCode(503)
                    .body("status", equalTo("down"))
                    .body("checks.backend", equalTo("down"))
                    .body("status_code", equalTo(503))
                    .body("error_content", equalTo("down: backend"));
            assertThat(service.proxy().logins()).isOne();
            assertThat(service.provider().logins()).isOne();
        }
    }

    @Test
    void probesTellNoSecretAndNobodysName() {
        try (var service = Service.start((ops, backend) -> ops.check("backend", () -> {
            throw BackendError.of(401, "alice: wonderland is wrong");
        }))) {
            service.alice().get("/data").then().statusCode(200);
            for (var path : List.of("/health/live", "/health/ready")) {
                var told = service.alice().cookie("session", "wonderland").get(path);
                assertThat(told.headers() + told.asString()).contains("status").doesNotContain("alice", "wonderland");
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "200, true",
        "302, true",
        "401, true",
        "403, true",
        "404, true",
        "405, true",
        "500, true",
        "501, true",
        "502, false",
        "503, false",
        "504, false",
        "505, true"
    })
    void anyAnswerCountsButAProxysWordForABackendThatIsAway(int status, boolean isReachable) {
        try (var server = FaultyServer.start(Fault.response(status, "text/plain", ""));
                var backend = Backend.at(server.url() + "/ci").build()) {
            assertThat(backend.isReachable()).isEqualTo(isReachable);
            assertThat(server.requests()).hasSize(1);
        }
    }

    @Test
    void oneHeadIsSentThatNobodyHasSigned() {
        try (var server = FaultyServer.start(Fault.response(503, "text/plain", ""));
                var backend = Backend.at(server.url() + "/ci")
                        .auth(Authenticator.basic())
                        .credentials(Credentials.password("service", "s3cr3t"))
                        .build()) {
            assertThat(backend.isReachable()).isFalse();
            assertThat(server.requests()).singleElement().satisfies(request -> {
                assertThat(request.method()).isEqualTo("HEAD");
                assertThat(request.target()).isEqualTo("/ci/");
                assertThat(request.header("Authorization")).isEmpty();
                assertThat(request.header("Cookie")).isEmpty();
            });
        }
    }

    @Test
    void faultsAreNoAnswers() {
        try (var server = FaultyServer.start(Fault.resetBeforeResponse(), Fault.garbageStatusLine());
                var backend = Backend.at(server.url()).build()) {
            assertThat(backend.isReachable()).isFalse();
            assertThat(backend.isReachable()).isFalse();
        }
    }

    @Test
    void aBackendThatSaysNothingIsGivenASecond() {
        try (var server = FaultyServer.start(Fault.stalledResponse());
                var backend = Backend.at(server.url()).build()) {
            var asked = System.nanoTime();
            assertThat(backend.isReachable()).isFalse();
            // Anybody else's first byte has ten.
            assertThat(Duration.ofNanos(System.nanoTime() - asked)).isLessThan(Duration.ofSeconds(6));
            assertThat(server.requests()).hasSize(1);
        }
    }

    @Test
    void aClosedOneIsNotReachable() {
        try (var server = FaultyServer.start(Fault.response(200, "text/plain", "ok"))) {
            var backend = Backend.at(server.url()).build();
            backend.close();
            assertThat(backend.isReachable()).isFalse();
        }
    }

    /** Half of a hundred calls that fail would open the circuit. */
    @Test
    void probesDoNotCountForTheCircuitBreaker() {
        var server = FaultyServer.start(Fault.response(200, "text/plain", "ok"));
        server.close();
        try (var backend = Backend.at(server.url()).retry(RetryPolicy.none()).build()) {
            for (int i = 0; i < 100; i++) {
                assertThat(backend.isReachable()).isFalse();
            }
            assertThatThrownBy(() -> backend.session(Credentials.none()).get("/"))
                    .isInstanceOfSatisfying(
                            BackendError.class,
                            error -> assertThat(error.statusCode()).isEqualTo(502));
        }
    }
}
