package io.apikit.tools.classarchive;

import io.apikit.example.demo.DemoBackend;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/** Sends the requests of a usual day in a second: health, metadata, probes, metrics, invalid requests, logins and values. */
record TrainingRun(HttpClient client, String service) {
    private static final int VALUES = 10;
    private static final String VALUE = "/nightly/coverage";

    /**
     * Starts the service with this command in front of the demo's backend, sends the requests, and stops it with SIGTERM.
     *
     * @throws IllegalStateException if the service does not start, respond or stop as expected
     */
    static void run(List<String> command) throws IOException, InterruptedException {
        try (var demo = DemoBackend.start();
                var process = ServiceProcess.start(command, demo.proxy().url())) {
            new TrainingRun(HttpClient.newHttpClient(), process.awaitUrl()).sendRequests();
            process.terminate();
        }
    }

    private void sendRequests() throws IOException, InterruptedException {
        for (var path : List.of("/", "/metadata", "/health/live", "/health/ready", "/metrics", "/metrics")) {
            expect(200, get(path));
        }
        expect(401, get(VALUE));
        expect(401, as(DemoBackend.USERS.get(0).name(), "wrong"));
        expect(404, get("/there/is/nothing/here"));
        for (int i = 0; i < VALUES; i++) {
            var user = DemoBackend.USERS.get(i % DemoBackend.USERS.size());
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
        var response = client.send(request.build(), BodyHandlers.ofString());
        if (response.statusCode() != status) {
            throw new IllegalStateException(
                    "the service answered " + response.uri().getPath() + " with " + response.statusCode() + ", not "
                            + status + ": " + response.body());
        }
    }
}
