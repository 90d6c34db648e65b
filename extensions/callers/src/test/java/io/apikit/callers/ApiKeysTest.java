package io.apikit.callers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** API keys, through the front door, and their file. */
@Timeout(60)
class ApiKeysTest {
    private Path folder;
    private Path file;

    @BeforeEach
    void write(@TempDir Path folder) throws IOException {
        this.folder = folder;
        file = Keys.file(folder);
    }

    @Test
    void unknownKeyIsRefusedAndNotQuoted() {
        try (var service = ProtectedService.start(Callers.apiKeys(file))) {
            service.withKey(Keys.STRANGER)
                    .get("/value")
                    .then()
                    .statusCode(401)
                    .header("WWW-Authenticate", "ApiKey realm=\"apikit\", header=\"X-API-Key\"")
                    .body("error_content", equalTo("The API key is not known"));
            service.withKey("short").get("/value").then().statusCode(401).body(containsString("at least 22"));
            service.withKey("x".repeat(513)).get("/value").then().statusCode(401);
            service.withKey("").get("/value").then().statusCode(401);
            service.given()
                    .header("X-API-Key", Keys.ALICE, Keys.ALICE)
                    .get("/value")
                    .then()
                    .statusCode(401)
                    .body(containsString("more than once"));
            service.given()
                    .auth()
                    .preemptive()
                    .basic("alice", Keys.ALICE)
                    .get("/value")
                    .then()
                    .statusCode(401);

            assertThat(service.handled()).isEmpty();
            assertThat(service.checks("unknown_key")).isEqualTo(4);
            assertThat(service.checks("malformed")).isEqualTo(1);
            assertThat(service.checks("missing")).isEqualTo(1);
        }
    }

    @Test
    void digestIsNoKey() throws IOException {
        var digest = Keys.line("alice", Keys.ALICE).strip().substring("alice: ".length());
        try (var service = ProtectedService.start(Callers.apiKeys(file))) {
            service.withKey(digest).get("/value").then().statusCode(401);
        }
    }

    @Test
    void headerCanHaveAnotherName() {
        var check = Callers.apiKeys(file, options -> options.header("X-Portal-Key"));
        try (var service = ProtectedService.start(check)) {
            service.given()
                    .header("X-Portal-Key", Keys.ALICE)
                    .get("/value")
                    .then()
                    .statusCode(200);
            service.withKey(Keys.ALICE).get("/value").then().statusCode(401);
            assertThat(service.handled()).noneMatch(headers -> headers.contains("canary"));
        }
        for (var name : List.of("authorization", "", "X Key", "X-Key:")) {
            assertThatThrownBy(() -> Callers.apiKeys(file, options -> options.header(name)))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void changedFileCountsFromTheNextRequest() throws IOException {
        try (var service = ProtectedService.start(Callers.apiKeys(file))) {
            service.withKey(Keys.ALICE).get("/value").then().statusCode(200);
            Keys.write(file, Keys.line("alice", Keys.STRANGER) + Keys.line("bob", Keys.BOB));

            service.withKey(Keys.ALICE).get("/value").then().statusCode(401);
            service.withKey(Keys.STRANGER).get("/value").then().body(containsString("for alice"));
            service.withKey(Keys.BOB).get("/value").then().statusCode(200);
        }
    }

    @Test
    void fileThatIsBeingWrittenIsNotRead() throws IOException {
        var keys = new ApiKeyFile(file);
        Files.writeString(file, Keys.line("carol", Keys.STRANGER));
        assertThat(keys.owner(Keys.STRANGER)).isEmpty();
        assertThat(keys.owner(Keys.ALICE)).contains("alice");
    }

    @Test
    void linkToAnotherFileIsFollowedAtOnce() throws IOException {
        var link = Files.createSymbolicLink(folder.resolve("link"), file);
        var keys = new ApiKeyFile(link);
        assertThat(keys.owner(Keys.ALICE)).contains("alice");
        var next = Files.writeString(folder.resolve("next"), Keys.line("carol", Keys.STRANGER));
        Files.move(
                Files.createSymbolicLink(folder.resolve("swap"), next),
                link,
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        assertThat(keys.owner(Keys.STRANGER)).contains("carol");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "# nothing\n", "alice\n", "alice: secret-canary\n", ": 00\n", "alice: 00\u0000\n"})
    void brokenFileKeepsTheLastGoodCallers(String text) throws IOException {
        try (var service = ProtectedService.start(Callers.apiKeys(file))) {
            service.withKey(Keys.ALICE).get("/value").then().statusCode(200);
            Keys.write(file, text);
            service.withKey(Keys.ALICE).get("/value").then().statusCode(200);
            assertThat(service.app()
                            .meters()
                            .get("apikit.callers.file.usable")
                            .gauge()
                            .value())
                    .isZero();

            Files.delete(file);
            service.withKey(Keys.BOB).get("/value").then().statusCode(200);
            Keys.write(file, Keys.line("carol", Keys.STRANGER));
            service.withKey(Keys.STRANGER).get("/value").then().statusCode(200);
            service.withKey(Keys.ALICE).get("/value").then().statusCode(401);
            assertThat(service.app()
                            .meters()
                            .get("apikit.callers.file.usable")
                            .gauge()
                            .value())
                    .isEqualTo(1);
        }
    }

    @Test
    void unusableFileStopsTheStartAndIsNotQuoted() throws IOException {
        assertThatThrownBy(() -> Callers.apiKeys(folder.resolve("absent")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageEndingWith("absent: there is no such file");
        for (var text : List.of("", "alice: canary-secret", Keys.line("a", Keys.BOB) + Keys.line("b", Keys.BOB))) {
            Keys.write(file, text);
            assertThatThrownBy(() -> Callers.apiKeys(file))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("callers.keys: ")
                    .message()
                    .doesNotContain("canary", "secret", "alice");
        }
    }

    @Test
    void everyRequestSeesOldOrNewKeysDuringAReload() throws Exception {
        var keys = new ApiKeyFile(file);
        var threads = Executors.newFixedThreadPool(8);
        try {
            for (int round = 0; round < 30; round++) {
                var begin = new CountDownLatch(1);
                Callable<Boolean> ask = () -> {
                    begin.await();
                    return keys.owner(Keys.ALICE).isPresent();
                };
                var asked =
                        IntStream.range(0, 8).mapToObj(i -> threads.submit(ask)).toList();
                begin.countDown();
                Keys.write(file, "# " + round + "\n" + Keys.line("alice", Keys.ALICE));
                for (var one : asked) {
                    assertThat(one.get()).isTrue();
                }
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void documentedCommandsMakeAKey() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/openssl")), "skipped: there is no openssl");
        var page = Files.readString(Path.of("../../docs/who-may-call.md"));
        var commands =
                page.substring(page.indexOf("key=$(openssl"), page.indexOf("\n```\n", page.indexOf("key=$(openssl")));
        var shell = new ProcessBuilder("bash", "-euc", commands)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        var output = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        var key = output.strip().replaceFirst(".*: ", "");
        assertThat(key).as(output).hasSize(64);
        assertThat(new ApiKeyFile(file).owner(key)).contains("portal");
        assertThat(new ApiKeyFile(file).owner(Keys.ALICE)).contains("alice");
    }

    @Test
    void fileOfAnotherSystemIsReadTheSame() throws IOException {
        Keys.write(file, "\uFEFF" + Keys.line("alice", Keys.ALICE).replace("\n", "\r\n") + Keys.line("bob", Keys.BOB));
        var keys = new ApiKeyFile(file);
        assertThat(keys.owner(Keys.ALICE)).contains("alice");
        assertThat(keys.owner(Keys.BOB)).contains("bob");
    }

    @Test
    void everyCheckHasASchemeOfItsOwn() {
        var both = Callers.anyOf(
                Callers.apiKeys(file),
                Callers.apiKeys(file, options -> options.header("X-Key")),
                Callers.apiKeys(file));
        assertThat(both.securitySchemes())
                .isEqualTo(Map.of(
                        "apiKey", Map.of("type", "apiKey", "in", "header", "name", "X-API-Key"),
                        "apiKey2", Map.of("type", "apiKey", "in", "header", "name", "X-Key")));
    }

    @Test
    void schemeNamesTheHeader() {
        assertThat(Callers.apiKeys(file).securitySchemes())
                .isEqualTo(Map.of("apiKey", Map.of("type", "apiKey", "in", "header", "name", "X-API-Key")));
        assertThat(Callers.apiKeys(file)).hasToString("Callers[apiKeys]");
    }
}
