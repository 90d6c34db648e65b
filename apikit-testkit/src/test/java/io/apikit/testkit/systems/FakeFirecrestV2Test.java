package io.apikit.testkit.systems;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import io.apikit.testkit.support.BrowserPage;
import io.apikit.testkit.support.JsonText;
import io.apikit.testkit.support.TestBrowser;
import io.apikit.testkit.support.TestClock;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class FakeFirecrestV2Test {
    private static final String JOBS = "/compute/daint/jobs";
    private static final String OPS = "/filesystem/daint/ops";

    private final TestClock clock = new TestClock();
    private final FakeFirecrestV2 firecrest = FakeFirecrestV2.builder()
            .client("me", "secret")
            .client("other", "secret")
            .machine("eiger")
            .clock(clock)
            .start();
    private final TestBrowser browser = new TestBrowser();
    private String token = token("me");

    @AfterEach
    void stop() {
        firecrest.close();
    }

    private String token(String client) {
        BrowserPage page = browser.post(
                firecrest.tokenEndpoint().tokenUri(),
                Map.of("grant_type", "client_credentials", "client_id", client, "client_secret", "secret"));
        return JsonText.of(page).get("access_token").asText();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(firecrest.url() + path)).header("Authorization", "Bearer " + token);
    }

    private BrowserPage get(String path) {
        return browser.send(request(path));
    }

    private BrowserPage post(String path, String json) {
        return browser.send(
                request(path).header("Content-Type", "application/json").POST(BodyPublishers.ofString(json)));
    }

    private BrowserPage submit() {
        return post(JOBS, "{\"job\":{\"workingDirectory\":\"/scratch\",\"script\":\"#!/bin/sh\"}}");
    }

    private static void assertError(BrowserPage page, int status, String message) {
        assertThat(page.status()).isEqualTo(status);
        assertThat(JsonText.of(page).get("errorType").asText()).isEqualTo("error");
        assertThat(JsonText.of(page).get("message").asText()).isEqualTo(message);
    }

    @Test
    void systemsAreListedByName() {
        BrowserPage page = get("/status/systems");

        assertThat(JsonText.of(page).get("systems").findValuesAsText("name")).containsExactly("daint", "eiger");
        assertThat(page.header("f7t-appversion")).isEqualTo("2.x.x");
    }

    @Test
    void jobIsSubmittedReadAndCancelledAtOnce() {
        BrowserPage submitted = submit();
        assertThat(submitted.status()).isEqualTo(201);
        assertThat(JsonText.of(submitted).get("jobId")).isEqualTo(IntNode.valueOf(1));
        JsonNode job = JsonText.of(get(JOBS + "/1")).at("/jobs/0");
        assertThat(job.at("/status/state").asText()).isEqualTo("RUNNING");
        assertThat(job.get("jobId").isTextual()).isTrue();
        assertThat(job.get("workingDirectory").asText()).isEqualTo("/scratch");
        assertThat(browser.send(request(JOBS + "/1").DELETE()).status()).isEqualTo(204);

        assertThat(JsonText.of(get(JOBS)).at("/jobs/0/status/state").asText()).isEqualTo("CANCELLED");
        assertError(browser.send(request(JOBS + "/1").DELETE()), 404, "Job not found");
    }

    @Test
    void jobWithoutDirectoryIsInvalid() {
        BrowserPage invalid = post(JOBS, "{\"job\":{\"script\":\"x\"}}");

        assertThat(invalid.status()).isEqualTo(400);
        assertThat(JsonText.of(invalid).get("errorType").asText()).isEqualTo("validation");
        assertThat(post(JOBS, "no JSON").status()).isEqualTo(400);
    }

    @Test
    void clientSeesItsOwnJobsOnTheSystemOnly() {
        submit();
        assertThat(JsonText.of(get("/compute/eiger/jobs")).get("jobs").isNull()).isTrue();
        token = token("other");

        assertError(get(JOBS + "/1"), 404, "Job not found.");
        assertThat(JsonText.of(get(JOBS)).get("jobs").isNull()).isTrue();
        assertError(get("/compute/hal/jobs"), 404, "System not found");
    }

    @Test
    void smallFilesAreWrittenListedAndRead() {
        String body = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\nhi\r\n--b--\r\n";
        BrowserPage uploaded = browser.send(request(OPS + "/upload?path=/home")
                .header("Content-Type", "multipart/form-data; boundary=b")
                .POST(BodyPublishers.ofString(body)));
        assertThat(uploaded.status()).isEqualTo(204);
        assertThat(firecrest.file("daint", "/home/a.txt"))
                .hasValueSatisfying(bytes -> assertThat(bytes).isEqualTo("hi".getBytes(UTF_8)));
        assertThat(firecrest.uploads()).singleElement().matches(Upload::accepted);

        assertThat(JsonText.of(get(OPS + "/ls?path=/home")).at("/output/0/name").asText())
                .isEqualTo("a.txt");
        assertThat(JsonText.of(get(OPS + "/view?path=/home/a.txt"))
                        .at("/output/content")
                        .asText())
                .isEqualTo("hi");
        assertThat(get(OPS + "/download?path=/home/a.txt").body()).isEqualTo("hi");
        assertError(get(OPS + "/ls?path=/nowhere"), 404, "ls: cannot access '/nowhere': No such file or directory");
    }

    @Test
    void copyIsJob() {
        firecrest.addFile("daint", "/home/a", new byte[] {7});
        BrowserPage copied =
                post("/filesystem/daint/transfer/cp", "{\"sourcePath\":\"/home/a\",\"targetPath\":\"/home/b\"}");

        assertThat(copied.status()).isEqualTo(201);
        assertThat(JsonText.of(copied).at("/transferJob/jobId").asInt()).isEqualTo(1);
        assertThat(firecrest.file("daint", "/home/b")).isPresent();
    }

    @Test
    void tokenExpiringWithinThirtySecondsIsRefused() {
        clock.seconds(269);
        assertThat(get(JOBS).status()).isEqualTo(200);
        clock.seconds(1);

        assertError(get(JOBS), 401, "Access token expires too soon (less than 30s remaining).");
        firecrest.minimumLife(Duration.ZERO);
        assertThat(get(JOBS).status()).isEqualTo(200);
        clock.seconds(30);
        assertError(get(JOBS), 401, "Access token expired");
        assertThat(firecrest.unauthorized()).isEqualTo(2);
    }

    @Test
    void everyResponseReturnsTheToken() {
        assertThat(get(JOBS).header("auth-token")).isEqualTo(token);
        assertThat(get(JOBS + "/9").header("auth-token")).isEqualTo(token);
        firecrest.deny(true);
        assertError(get(JOBS), 401, "Inactive authentication");
        assertThat(get(JOBS).header("auth-token")).isEqualTo(token);
        BrowserPage without = browser.get(firecrest.url() + JOBS);

        assertThat(without.status()).isEqualTo(403);
        assertThat(without.response().headers().firstValue("auth-token")).isEmpty();
        token = "nonsense";
        assertError(get(JOBS), 401, "Access token is invalid.");
    }
}
