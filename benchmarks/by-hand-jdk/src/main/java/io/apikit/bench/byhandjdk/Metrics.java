package io.apikit.bench.byhandjdk;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Base64;

/** The backend: it knows the metrics of jobs, in plain text. Threadsafe. */
final class Metrics {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final String url;
    private final HttpClient client;

    Metrics(String url) {
        this.url = url;
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(PATIENCE)
                .build();
    }

    /** @throws Failure if there is no such metric, the user must not see it, or the backend is not there */
    String value(String jobname, String metric, String user, String password) {
        var credentials = (user + ":" + password).getBytes(UTF_8);
        var uri = URI.create(url + "/api?job=" + encoded(jobname) + "&metric=" + encoded(metric));
        var response = send(HttpRequest.newBuilder(uri)
                .timeout(PATIENCE)
                .header("Authorization", "Basic " + Base64.getEncoder().encodeToString(credentials))
                .build());
        if (response.statusCode() >= 300) {
            throw Failure.of(response.statusCode(), response.body());
        }
        return response.body();
    }

    private HttpResponse<String> send(HttpRequest request) {
        try {
            return client.send(request, BodyHandlers.ofString());
        } catch (HttpTimeoutException late) {
            throw Failure.of(504, "The backend did not answer in time.");
        } catch (IOException broken) {
            throw Failure.of(502, "The backend cannot be reached.");
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            throw Failure.of(503, "The service is stopping.");
        }
    }

    private static String encoded(String part) {
        return URLEncoder.encode(part, UTF_8);
    }
}
