package io.apikit.example;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/** What a service is asked in a day, in a second: health, metadata, probes, metrics, mistakes, logins and values. */
record Rehearsal(HttpClient client, String service) {
    private static final int VALUES = 10;
    private static final String VALUE = "/nightly/coverage";

    /**
     * Starts the service with this command, in front of the demo's backend, asks, and stops it by SIGTERM.
     *
     * @throws IllegalStateException if it did not start, answer or stop as it should
     */
    static void of(List<String> command) throws IOException, InterruptedException {
        try (var demo = Demo.start();
                var process = ServiceProcess.start(command, demo.proxy().url())) {
            new Rehearsal(HttpClient.newHttpClient(), process.awaitUrl()).play();
            process.terminate();
        }
    }

    private void play() throws IOException, InterruptedException {
        for (var path : List.of("/", "/metadata", "/health/live", "/health/ready", "/metrics", "/metrics")) {
            expect(200, get(path));
        }
        expect(401, get(VALUE));
        expect(401, as(Demo.USERS.get(0).name(), "wrong"));
        expect(404, get("/there/is/nothing/here"));
        for (int i = 0; i < VALUES; i++) {
            var user = Demo.USERS.get(i % Demo.USERS.size());
            expect(200, as(user.name(), user.password()));
        }
    }

    private HttpRequest.Builder get(String path) {
        return HttpRequest.newBuilder(URI.create(service + path));
    }

    private HttpRequest.Builder as(String user, String password) {
        var pair = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
        return get(VALUE).header("Authorization", "Basic " + Base64.getEncoder().encodeToString(pair));
    }

    private void expect(int status, HttpRequest.Builder request) throws IOException, InterruptedException {
        var answer = client.send(request.build(), BodyHandlers.ofString());
        if (answer.statusCode() != status) {
            throw new IllegalStateException(
                    "the service answered " + answer.uri().getPath() + " with " + answer.statusCode() + ", not "
                            + status + ": " + answer.body());
        }
    }
}
