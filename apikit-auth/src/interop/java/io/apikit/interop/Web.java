package io.apikit.interop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Plain requests to the servers themselves, beside the library under test. */
final class Web {
    private static final HttpClient CLIENT = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    private Web() {}

    static HttpResponse<String> get(String uri) {
        return send(HttpRequest.newBuilder(URI.create(uri)));
    }

    static HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            var bounded = request.timeout(Duration.ofSeconds(30)).build();
            return CLIENT.send(bounded, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }
}
