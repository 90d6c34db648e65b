package io.apikit.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Random;

/**
 * One of the service's many callers: does this and that, now and then goes away in the middle of it, and checks what it
 * is told. An answer is its own user's and whole, or an error in the one shape with a status there is a reason for. One
 * thread's.
 */
final class SoakCaller {
    private static final int[] WHILE_FAULTS = {401, 403, 502, 503, 504};

    private final int port;
    private final HttpClient client;
    private final Random random;
    private long answers;
    private long errors;

    SoakCaller(int port, HttpClient client, long seed) {
        this.port = port;
        this.client = client;
        this.random = new Random(seed);
    }

    long answers() {
        return answers;
    }

    long errors() {
        return errors;
    }

    void callOnce() throws IOException, InterruptedException {
        var user = SoakedService.user(random.nextInt(SoakedService.USERS));
        int what = random.nextInt(100);
        if (what < 50) {
            check(ask(user, "/whoami").GET(), user, WHILE_FAULTS);
        } else if (what < 65) {
            var body = "x".repeat(random.nextInt(20_000));
            check(ask(user, "/echo").POST(BodyPublishers.ofString(body)), user + body, WHILE_FAULTS);
        } else if (what < 75) {
            check(ask(user, "/stream").GET(), SoakedService.streamed(user), WHILE_FAULTS);
        } else if (what < 80) {
            checkRefusal(user);
        } else if (what < 85) {
            check(ask(user, "/whoami").header("X-Request-Deadline", "0.02").GET(), user, WHILE_FAULTS);
        } else if (what < 90) {
            goAway(user);
        } else {
            check(ask(user, "/faulty").GET(), "ok", 302, 502, 503, 504);
        }
    }

    /** Its credentials are refused, or nobody could be asked. */
    private void checkRefusal(String user) throws IOException, InterruptedException {
        var wrong =
                request("/whoami", user, "wrong" + random.nextInt(1_000_000)).GET();
        var response = client.send(wrong.build(), HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).as(response.body()).isIn(401, 502, 503, 504);
        assertShape(response);
    }

    private void check(HttpRequest.Builder request, String expected, int... mayFailWith)
            throws IOException, InterruptedException {
        var response = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() == 200) {
            assertThat(response.body()).isEqualTo(expected);
            answers++;
        } else {
            assertThat(Arrays.stream(mayFailWith).boxed()).as(response.body()).contains(response.statusCode());
            assertShape(response);
            errors++;
        }
    }

    private static void assertShape(HttpResponse<String> response) {
        assertThat(response.body())
                .startsWith("{\"reason\":\"")
                .contains("\"status_code\":" + response.statusCode())
                .endsWith("}");
    }

    /** Asks for a stream, reads a little, and is gone. */
    private void goAway(String user) throws IOException {
        var head = "GET /stream HTTP/1.1\r\nHost: x\r\nAuthorization: " + basic(user, SoakedService.password(user));
        try (var raw = new RawClient(port, head + "\r\n\r\n")) {
            if (random.nextBoolean()) {
                raw.readUntil("HTTP/1.1 ");
            }
        }
    }

    private HttpRequest.Builder ask(String user, String path) {
        return request(path, user, SoakedService.password(user));
    }

    private HttpRequest.Builder request(String path, String user, String password) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .header("Authorization", basic(user, password));
    }

    private static String basic(String user, String password) {
        var pair = (user + ':' + password).getBytes(StandardCharsets.UTF_8);
        return "Basic " + Base64.getEncoder().encodeToString(pair);
    }
}
