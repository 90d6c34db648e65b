package io.apikit.testkit.systems;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
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
        assertThat(JsonText.of(made).get("task_url").asText()).isEqualTo("/tasks/" + id(made));
        assertThat(status(id(made))).isEqualTo("100");
        assertThat(status(id(made))).isEqualTo("101");
        JsonNode done = poll(id(made));
        assertThat(done.get("status").asText()).isEqualTo("200");
        assertThat(done.get("data").get("jobid")).isEqualTo(TextNode.valueOf("1"));
        assertThat(done.get("data").fieldNames())
                .toIterable()
                .contains("job_data_out", "job_data_err", "job_file_out", "job_file_err", "job_info_extra");
        assertThat(done.get("user").asText()).isEqualTo("me");
        assertThat(done.get("system").asText()).isEqualTo("daint");
        assertThat(done.get("created_at").asText()).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d");
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
        assertThat(poll(id(get("/compute/jobs/2"))).at("/data/0/state").asText())
                .isEqualTo("RUNNING");
        assertThat(poll(id(cancel("1"))).get("data")).isEqualTo(TextNode.valueOf(""));

        assertThat(poll(id(get("/compute/jobs"))).get("data").findValuesAsText("jobid"))
                .containsExactly("2");
        String again = id(cancel("1"));
        assertThat(status(again)).isEqualTo("100");
        assertThat(poll(again).get("data").asText()).contains("Invalid job id");
    }

    private BrowserPage cancel(String job) {
        return browser.send(request("/compute/jobs/" + job).DELETE());
    }

    @Test
    void clientSeesItsOwnTasksAndJobsOnly() {
        firecrest.taskGoes("200");
        String id = id(upload());
        token = token("other");

        assertThat(get("/tasks/" + id).status()).isEqualTo(403);
        assertThat(get("/tasks/" + id).body())
                .isEqualTo("{\"description\":\"Operation not permitted. Invalid task owner.\"}");
        assertThat(get("/tasks/none").status()).isEqualTo(404);
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

    private BrowserPage jobsOf(String... machine) {
        String[] headers = machine.length == 0
                ? new String[] {"Authorization", "Bearer " + token}
                : new String[] {"Authorization", "Bearer " + token, "X-Machine-Name", machine[0]};
        return browser.get(firecrest.url() + "/compute/jobs", headers);
    }

    @Test
    void machineHasToBeNamed() {
        BrowserPage unknown = jobsOf("hal");

        assertThat(jobsOf().status()).isEqualTo(400);
        assertThat(jobsOf().body()).isEqualTo("{\"description\":\"No machine name given\"}");
        assertThat(unknown.status()).isEqualTo(400);
        assertThat(unknown.header("X-Machine-Does-Not-Exists")).isEqualTo("Machine does not exists");
        assertThat(JsonText.of(unknown))
                .isEqualTo(JsonText.of("{\"description\":\"Failed to retrieve jobs information\","
                        + "\"error\":\"Machine does not exists\"}"));
        assertThat(firecrest.tasksMade()).isZero();
    }

    @Test
    void reasonCanBeInHeaderAlone() {
        firecrest.machineAvailable("daint", false);
        assertThat(jobsOf("daint").status()).isEqualTo(400);
        assertThat(jobsOf("daint").header("X-Machine-Not-Available")).isEqualTo("Machine is not available");
        assertThat(jobsOf("daint").body()).isEqualTo("{\"description\":\"Failed to retrieve jobs information\"}");
        firecrest.machineAvailable("daint", true);
        firecrest.machineAllowed("daint", false);
        assertThat(jobsOf("daint").status()).isEqualTo(404);
        assertThat(jobsOf("daint").header("X-Permission-Denied")).isNotEmpty();
        firecrest.machineAllowed("daint", true);

        assertThat(jobsOf("daint").status()).isEqualTo(200);
    }

    @Test
    void tokenIsGoodUntilTheSecondItExpires() {
        clock.seconds(299);
        BrowserPage good = get("/tasks");
        assertThat(good.status()).isEqualTo(200);
        assertThat(good.response().headers().firstValue("auth-token")).isEmpty();
        clock.seconds(1);

        assertUnauthorized(get("/tasks"), "JWT token has expired");
    }

    private static void assertUnauthorized(BrowserPage page, String description) {
        assertThat(page.status()).isEqualTo(401);
        assertThat(JsonText.of(page)).isEqualTo(JsonText.of("{\"description\":\"" + description + "\"}"));
        assertThat(page.response().headers().firstValue("WWW-Authenticate")).isEmpty();
        assertThat(page.response().headers().firstValue("auth-token")).isEmpty();
    }

    @Test
    void everyRefusalOfTokenHasItsText() {
        assertUnauthorized(browser.get(firecrest.url() + "/status/systems"), "No Auth Header given");
        firecrest.deny(true);
        assertUnauthorized(get("/tasks"), "Scope 'firecrest' wasn't found in JWT");
        firecrest.deny(false);
        firecrest.tokenEndpoint().expireTokens();
        assertUnauthorized(get("/tasks"), "JWT token has expired");
        token = "nonsense";
        assertUnauthorized(get("/tasks"), "Bad header or JWT, general exception raised");

        assertThat(firecrest.unauthorized()).isEqualTo(4);
    }

    @Test
    void smallFilesAreListedReadAndWritten() {
        firecrest.addFile("daint", "/home/notes.txt", "hi".getBytes(UTF_8));

        JsonNode listed = JsonText.of(get("/utilities/ls?targetPath=/home"));
        assertThat(listed.at("/output/0/name").asText()).isEqualTo("notes.txt");
        assertThat(listed.at("/output/0/size").asText()).isEqualTo("2");
        assertThat(JsonText.of(get("/utilities/view?targetPath=/home/notes.txt"))
                        .get("output")
                        .asText())
                .isEqualTo("hi");
        assertThat(get("/utilities/download?sourcePath=/home/notes.txt").body()).isEqualTo("hi");
        BrowserPage missing = get("/utilities/ls?targetPath=/nowhere");
        assertThat(missing.status()).isEqualTo(400);
        assertThat(missing.header("X-Invalid-Path")).isEqualTo("path is an invalid path");
        assertThat(get("/utilities/download?sourcePath=/nowhere").header("X-Not-Found"))
                .isNotEmpty();
        firecrest.addFile("daint", "/home/large", new byte[5 * 1024 * 1024 + 1]);
        assertThat(get("/utilities/download?sourcePath=/home/large").header("X-Size-Limit"))
                .isNotEmpty();
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
