package io.apikit.testkit.systems;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import io.apikit.testkit.support.BrowserPage;
import io.apikit.testkit.support.JsonText;
import io.apikit.testkit.support.PortCheck;
import io.apikit.testkit.support.TestBrowser;
import io.apikit.testkit.support.TestClock;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class FakeFirecrestTest {
    private static final String SCRIPT = "#!/bin/sh\r\n--x\r\n\u0000\u00ff\r\n\r\necho\n";

    private final TestClock clock = new TestClock();
    private final FakeFirecrest firecrest = FakeFirecrest.builder()
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
        return HttpRequest.newBuilder(URI.create(firecrest.url() + path))
                .header("Authorization", "Bearer " + token)
                .header("X-Machine-Name", "daint");
    }

    private BrowserPage get(String path) {
        return browser.send(request(path));
    }

    private BrowserPage upload() {
        String body = String.join(
                "\r\n",
                "--b_1",
                "Content-Disposition: form-data; name=\"note\"",
                "",
                "hi",
                "--b_1",
                "Content-Disposition: form-data; name=\"file\"; filename=\"j\u00f6b.sh\"",
                "",
                "");
        byte[] head = body.getBytes(UTF_8);
        byte[] script = SCRIPT.getBytes(ISO_8859_1);
        byte[] tail = "\r\n--b_1--\r\n".getBytes(UTF_8);
        return browser.send(request("/compute/jobs/upload")
                .header("Content-Type", "multipart/form-data; boundary=\"b_1\"")
                .POST(BodyPublishers.ofByteArrays(List.of(head, script, tail))));
    }

    private static String id(BrowserPage page) {
        return JsonText.of(page).get("task_id").asText();
    }

    private JsonNode poll(String id) {
        return JsonText.of(get("/tasks/" + id)).get("task");
    }

    private String status(String id) {
        return poll(id).get("status").asText();
    }

    @Test
    void systemsAreListed() {
        JsonNode response = JsonText.of(get("/status/systems"));

        assertThat(response.has("description")).isTrue();
        assertThat(response.get("out").findValuesAsText("system")).containsExactly("daint", "eiger");
        assertThat(response.get("out").findValuesAsText("status")).containsOnly("available");
    }

    @Test
    void uploadMakesTaskWhoseDataHasTheJob() {
        BrowserPage made = upload();

        assertThat(made.status()).isEqualTo(201);
        assertThat(JsonText.of(made).get("success").asText()).isEqualTo("Task created");
        assertThat(JsonText.of(made).get("task_url").asText()).isEqualTo(firecrest.url() + "/tasks/" + id(made));
        assertThat(status(id(made))).isEqualTo("100");
        assertThat(status(id(made))).isEqualTo("101");
        JsonNode done = poll(id(made));
        assertThat(done.get("status").asText()).isEqualTo("200");
        assertThat(done.get("data").get("jobid").asInt()).isEqualTo(1);
        assertThat(done.get("user").asText()).isEqualTo("me");
        assertThat(status(id(made))).isEqualTo("200");
        assertThat(firecrest.polls()).isEqualTo(4);
        assertThat(firecrest.polls(id(made))).isEqualTo(4);
        assertThat(firecrest.pollInstants()).hasSize(4).containsOnly(clock.instant());
    }

    @Test
    void acceptedAndRefusedUploadsAreRecorded() {
        firecrest.tokenEndpoint().expireTokens();
        assertThat(upload().status()).isEqualTo(401);
        token = token("me");
        assertThat(upload().status()).isEqualTo(201);

        assertThat(firecrest.uploads()).extracting(Upload::accepted).containsExactly(false, true);
        assertThat(firecrest.uploads()).allSatisfy(upload -> {
            assertThat(upload.filename()).isEqualTo("j\u00f6b.sh");
            assertThat(upload.bytes()).isEqualTo(SCRIPT.getBytes(ISO_8859_1));
        });
        assertThat(firecrest.uploads().get(0).body())
                .isEqualTo(firecrest.uploads().get(1).body())
                .isNotEmpty();
        assertThat(firecrest.tasksMade()).isEqualTo(1);
        assertThat(firecrest.unauthorized()).isEqualTo(1);
        assertThat(firecrest.count("/compute/jobs/upload")).isEqualTo(2);
    }

    @Test
    void uploadWithoutFileIsBad() {
        BrowserPage bad = browser.send(request("/compute/jobs/upload").POST(BodyPublishers.ofString("file=x")));

        assertThat(bad.status()).isEqualTo(400);
        assertThat(firecrest.tasksMade()).isZero();
        assertThat(firecrest.uploads()).singleElement().matches(upload -> !upload.accepted());
    }

    @Test
    void tasksCanFail() {
        firecrest.taskGoes("100", "118");
        String id = id(upload());

        assertThat(status(id)).isEqualTo("100");
        JsonNode failed = poll(id);
        assertThat(failed.get("status").asText()).isEqualTo("118");
        assertThat(failed.get("data").isTextual()).isTrue();
        assertThatIllegalArgumentException().isThrownBy(firecrest::taskGoes);
    }

    @Test
    void tasksCanGoByTheClock() {
        firecrest.taskGoes(Duration.ofSeconds(60), "100", "101", "200");
        String id = id(upload());
        clock.seconds(59);
        assertThat(status(id)).isEqualTo("100");
        assertThat(status(id)).isEqualTo("100");
        clock.seconds(1);
        assertThat(status(id)).isEqualTo("101");
        clock.seconds(120);

        assertThat(status(id)).isEqualTo("200");
    }

    @Test
    void jobsAreListedAndCancelledByTasks() {
        firecrest.taskGoes("200");
        upload();
        upload();
        JsonNode listed = poll(id(get("/compute/jobs"))).get("data");
        assertThat(listed.findValuesAsText("jobid")).containsExactly("1", "2");
        JsonNode cancelled = poll(id(cancel("1"))).get("data");
        assertThat(cancelled.get("jobid").asText()).isEqualTo("1");

        assertThat(poll(id(get("/compute/jobs"))).get("data").findValuesAsText("jobid"))
                .containsExactly("2");
        String again = id(cancel("1"));
        assertThat(status(again)).isEqualTo("100");
        assertThat(status(again)).isEqualTo("400");
    }

    private BrowserPage cancel(String job) {
        return browser.send(request("/compute/jobs/" + job).DELETE());
    }

    @Test
    void clientSeesItsOwnTasksAndJobsOnly() {
        firecrest.taskGoes("200");
        String id = id(upload());
        token = token("other");

        assertThat(get("/tasks/" + id).status()).isEqualTo(404);
        assertThat(JsonText.of(get("/tasks")).get("tasks")).isEmpty();
        assertThat(poll(id(get("/compute/jobs"))).get("data")).isEmpty();
        assertThat(status(id(cancel("1")))).isEqualTo("100");
    }

    @Test
    void listOfTasksIsNoPoll() {
        String id = id(upload());
        get("/tasks");

        assertThat(JsonText.of(get("/tasks")).get("tasks").get(id).get("status").asText())
                .isEqualTo("100");
        assertThat(firecrest.polls()).isZero();
    }

    @Test
    void machineHasToBeNamed() {
        String url = firecrest.url() + "/compute/jobs";
        BrowserPage missing = browser.get(url, "Authorization", "Bearer " + token);
        BrowserPage unknown = browser.get(url, "Authorization", "Bearer " + token, "X-Machine-Name", "hal");

        assertThat(missing.status()).isEqualTo(400);
        assertThat(unknown.status()).isEqualTo(400);
        assertThat(unknown.header("X-Machine-Does-Not-Exist")).isNotEmpty();
        assertThat(firecrest.tasksMade()).isZero();
    }

    @Test
    void tokenExpiringWithinThirtySecondsIsRefused() {
        clock.seconds(269);
        assertThat(get("/tasks").status()).isEqualTo(200);
        clock.seconds(1);

        BrowserPage refused = get("/tasks");
        assertThat(refused.status()).isEqualTo(401);
        assertThat(refused.header("auth-token")).isEqualTo(token);
        firecrest.minimumLife(Duration.ZERO);
        assertThat(get("/tasks").status()).isEqualTo(200);
    }

    @Test
    void withoutTokenNoneComesBack() {
        BrowserPage refused = browser.get(firecrest.url() + "/status/systems");

        assertThat(refused.status()).isEqualTo(401);
        assertThat(refused.response().headers().firstValue("auth-token")).isEmpty();
    }

    @Test
    void denialIsCoded401() {
        firecrest.deny(true);
        assertThat(get("/status/systems").status()).isEqualTo(401);
        assertThat(get("/status/systems").header("auth-token")).isEqualTo(token);
        firecrest.deny(false);

        assertThat(get("/status/systems").status()).isEqualTo(200);
        assertThat(firecrest.unauthorized()).isEqualTo(2);
    }

    @Test
    void rateLimitHasTheGivenRetryAfter() {
        firecrest.rateLimited("Fri, 31 Dec 9999 23:59:59 GMT");
        assertThat(get("/tasks").status()).isEqualTo(429);
        assertThat(get("/tasks").header("Retry-After")).isEqualTo("Fri, 31 Dec 9999 23:59:59 GMT");
        firecrest.rateLimited("");
        assertThat(get("/tasks").response().headers().firstValue("Retry-After")).isEmpty();
        firecrest.notRateLimited();

        assertThat(get("/tasks").status()).isEqualTo(200);
    }

    @Test
    void rateLimitCanEndAfterSoManyRequests() {
        firecrest.rateLimited(2, "RateLimit-Reset", "30");

        assertThat(get("/tasks").header("RateLimit-Reset")).isEqualTo("30");
        assertThat(get("/tasks").status()).isEqualTo(429);
        assertThat(get("/tasks").status()).isEqualTo(200);
        assertThat(firecrest.requests()).isEqualTo(3);
    }

    @Test
    void tokenEndpointCanBeShared() {
        try (FakeFirecrest second =
                FakeFirecrest.builder().tokenEndpoint(firecrest.tokenEndpoint()).start()) {
            assertThat(browser.get(second.url() + "/status/systems", "Authorization", "Bearer " + token)
                            .status())
                    .isEqualTo(200);
        }
        assertThat(PortCheck.open(firecrest.tokenEndpoint().url())).isTrue();
        firecrest.close();
        assertThat(PortCheck.open(firecrest.tokenEndpoint().url())).isFalse();
    }
}
