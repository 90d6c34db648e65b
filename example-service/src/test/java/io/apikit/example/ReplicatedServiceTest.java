package io.apikit.example;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.apikit.example.demo.DemoBackend;
import io.apikit.testkit.redis.RedisServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The service with a store that its replicas share. */
@Tag("thorough")
@Timeout(90)
class ReplicatedServiceTest {
    @TempDir
    private Path folder = Path.of("");

    private Path key;

    @BeforeEach
    void writeKey() throws Exception {
        key = Files.writeString(folder.resolve("key"), "0f1e2d3c4b5a69788796a5b4c3d2e1f0".repeat(2));
    }

    @Test
    void twoReplicasMakeOneLogin() {
        assumeTrue(RedisServer.isInstalled(), RedisServer.MISSING);
        try (var redis = RedisServer.start();
                var demo = DemoBackend.start()) {
            var settings = Map.of(
                    "BACKEND_URL", demo.proxy().url(),
                    "AUTH_MODE", "oauth2-proxy",
                    "STORE_URL", redis.url(),
                    "STORE_KEY_FILE", key.toString(),
                    "REPLICAS", "2");
            for (int replica = 1; replica <= 2; replica++) {
                var app = RunningDemo.start(settings);
                RunningDemo.at(app)
                        .auth()
                        .preemptive()
                        .basic("alice", "wonderland")
                        .get(RunningDemo.VALUE)
                        .then()
                        .statusCode(200);
                app.stop();
            }
            assertThat(demo.identityProvider().logins()).isEqualTo(1);
        }
    }

    @Test
    void storeThatIsAwayDelaysNoStartAndIsNamedWithoutItsPassword() throws Exception {
        try (var backend = FakeBackend.open(ctx -> ctx.result("93.5"));
                var main = MainProcess.start(Map.of(
                        "PORT",
                        "0",
                        "BACKEND_URL",
                        backend.url(),
                        "AUTH_MODE",
                        "basic",
                        "STORE_URL",
                        "redis://robot:s3cr3t-value@127.0.0.1:1",
                        "STORE_KEY_FILE",
                        key.toString(),
                        "REPLICAS",
                        "3"))) {
            assertThat(main.awaitErr(Pattern.compile("logins are shared")))
                    .contains("127.0.0.1:1", "3 in all")
                    .doesNotContain("s3cr3t-value");
            var url = main.awaitUrl();
            var log = main.restOfErr();
            given().auth()
                    .preemptive()
                    .basic("alice", "wonderland")
                    .get(url + RunningDemo.VALUE)
                    .then()
                    .statusCode(200);
            given().get(url + "/health/ready")
                    .then()
                    .statusCode(200)
                    .body("status", equalTo("degraded"))
                    .body("checks.'login-store'", equalTo("down"));
            main.terminate();
            assertThat(main.exitCode()).isEqualTo(143);
            assertThat(String.join("\n", log.get())).doesNotContain("s3cr3t-value");
        }
    }
}
