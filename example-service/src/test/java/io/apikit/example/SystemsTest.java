package io.apikit.example;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import io.apikit.example.demo.DemoBackend;
import io.apikit.example.demo.StandInSystem;
import io.apikit.starter.Settings;
import io.apikit.testkit.systems.FakeAccelerator;
import io.apikit.testkit.systems.FakeFirecrest;
import io.apikit.testkit.systems.FakeFirecrestV2;
import io.apikit.testkit.systems.FakeNasa;
import io.apikit.testkit.systems.FakePele;
import io.apikit.testkit.tls.TlsLevel;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests the further systems as the environment configures them. */
class SystemsTest {
    private static final List<String> PATHS = List.of(
            "/pele/echo/hello",
            "/firecrest/systems",
            "/firecrest-v2/daint/jobs",
            "/nasa/picture",
            "/accelerator/jobs/42");

    @Test
    @Timeout(60)
    void systemsWithAnAddressAreWrappedWithTheirAccounts(@TempDir Path folder) throws Exception {
        try (var pele = FakePele.builder().user("robot", "r0b0t").start();
                var firecrest = FakeFirecrest.builder().client("c", "s").start();
                var firecrestV2 = FakeFirecrestV2.builder().client("d", "t").start();
                var nasa = FakeNasa.builder().start();
                var accelerator = FakeAccelerator.builder()
                        .user("alice", "wonderland")
                        .tls(TlsLevel.SELF_SIGNED)
                        .start();
                var main = MainProcess.start(Map.ofEntries(
                        Map.entry("PORT", "0"),
                        Map.entry("BACKEND_URL", "http://127.0.0.1:9"),
                        Map.entry("PELE_URL", pele.url()),
                        Map.entry("PELE_NETRC", netrc(folder, pele.url()).toString()),
                        Map.entry("FIRECREST_URL", firecrest.url()),
                        Map.entry(
                                "FIRECREST_TOKEN_URL", firecrest.tokenEndpoint().tokenUri()),
                        Map.entry("FIRECREST_CLIENT_ID", "c"),
                        Map.entry("FIRECREST_CLIENT_SECRET", "s"),
                        Map.entry("FIRECREST_V2_URL", firecrestV2.url()),
                        Map.entry(
                                "FIRECREST_V2_TOKEN_URL",
                                firecrestV2.tokenEndpoint().tokenUri()),
                        Map.entry("FIRECREST_V2_CLIENT_ID", "d"),
                        Map.entry("FIRECREST_V2_CLIENT_SECRET", "t"),
                        Map.entry("NASA_URL", nasa.url()),
                        Map.entry("ACCELERATOR_URL", accelerator.url())))) {
            var url = main.awaitUrl();
            for (var path : PATHS.subList(0, 4)) {
                given().get(url + path).then().statusCode(200);
            }
            // Its certificate is not configured as a trusted one.
            given().auth()
                    .preemptive()
                    .basic("alice", "wonderland")
                    .get(url + PATHS.get(4))
                    .then()
                    .statusCode(502);
            assertThat(pele.logins("robot")).isOne();
            assertThat(firecrest.count("/status/systems")).isOne();
            assertThat(firecrestV2.count("/compute/daint/jobs")).isOne();
            assertThat(nasa.served("/NASA")).isOne();
            main.terminate();
            assertThat(main.exitCode()).isEqualTo(143);
            assertThat(main.out()).isEmpty();
        }
    }

    private static Path netrc(Path folder, String url) throws Exception {
        var machine = URI.create(url).getHost();
        return Files.writeString(folder.resolve(".netrc"), "machine " + machine + "\nlogin robot\npassword r0b0t\n");
    }

    @Test
    void configuredCertificateIsTrusted() {
        try (var accelerator = FakeAccelerator.builder()
                .user("alice", "wonderland")
                .tls(TlsLevel.CA_SIGNED)
                .start()) {
            var app = Main.SERVICE
                    .app(Map.of(
                            "BACKEND_URL", "http://127.0.0.1:9",
                            "ACCELERATOR_URL", accelerator.url(),
                            "ACCELERATOR_CERTIFICATES", accelerator.caPem().toString()))
                    .start("127.0.0.1", 0);
            try (var service = new RunningSystem(app)) {
                service.as("alice", "wonderland").get(PATHS.get(4)).then().statusCode(200);
            }
        }
    }

    @Test
    void everySystemWithoutAnAddressHasAStandIn() {
        var standIns = StandInSystem.startMissing(name -> Optional.empty()).stream()
                .map(CompletableFuture::join)
                .toList();
        assertThat(standIns).extracting(StandInSystem::path).containsExactlyElementsOf(PATHS);
        for (var standIn : standIns) {
            try (var service = RunningSystem.of(standIn)) {
                service.as(standIn.user(), standIn.password())
                        .get(standIn.path())
                        .then()
                        .statusCode(200);
            }
        }
    }

    @Test
    void systemWithAnAddressHasNoStandIn() {
        Settings settings = name -> Optional.of("http://127.0.0.1:9").filter(url -> name.equals("NASA_URL"));
        var standIns = StandInSystem.startMissing(settings).stream()
                .map(CompletableFuture::join)
                .toList();
        assertThat(standIns)
                .extracting(StandInSystem::path)
                .doesNotContain("/nasa/picture")
                .hasSize(4);
        standIns.forEach(StandInSystem::close);
    }

    @Test
    void passwordForOneSystemReachesNoOtherBackend() {
        var asked = new AtomicInteger();
        try (var backend = FakeBackend.open(ctx -> asked.incrementAndGet())) {
            for (var systems : List.of(Map.<String, String>of(), Map.of("PELE_URL", "http://127.0.0.1:9"))) {
                var settings = new HashMap<>(systems);
                settings.putAll(Map.of("BACKEND_URL", backend.url(), "AUTH_MODE", "basic", "ROUTE_PREFIXES", "/,/svc"));
                var running = Main.SERVICE.app(settings).start("127.0.0.1", 0);
                for (var prefix :
                        List.of("/pele", "/firecrest", "/firecrest-v2", "/nasa", "/accelerator", "/svc/pele")) {
                    for (var path : List.of("/ecko", "", "/a/b")) {
                        RunningDemo.at(running)
                                .auth()
                                .preemptive()
                                .basic("pele-user", "pw")
                                .get(prefix + path)
                                .then()
                                .statusCode(404)
                                .body("status_code", equalTo(404));
                    }
                }
                running.stop();
            }
            assertThat(asked).hasValue(0);
        }
    }

    @Test
    void serviceAndItsMetadataStayUnchanged() {
        try (var demo = DemoBackend.start()) {
            var app = Main.SERVICE
                    .app(Map.of(
                            "BACKEND_URL", demo.proxy().url(),
                            "AUTH_MODE", "oauth2-proxy",
                            "ROUTE_PREFIXES", "/,/svc",
                            "PELE_URL", "http://127.0.0.1:9"))
                    .start("127.0.0.1", 0);
            RunningDemo.at(app).get("/svc/metadata").then().statusCode(200).body("auth", equalTo("oauth2-proxy"));
            for (var path : List.of("/nightly/coverage", "/svc/nightly/coverage")) {
                RunningDemo.at(app)
                        .auth()
                        .preemptive()
                        .basic("alice", "wonderland")
                        .get(path)
                        .then()
                        .statusCode(200);
            }
            app.stop();
        }
    }
}
