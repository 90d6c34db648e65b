package io.apikit.example;

import io.apikit.example.demo.DemoBackend;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** Many requests at the same time, by the demo's users in turn. */
public final class ConcurrentCalls {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private final List<CompletableFuture<HttpResponse<String>>> calls;

    private ConcurrentCalls(List<CompletableFuture<HttpResponse<String>>> calls) {
        this.calls = calls;
    }

    public static ConcurrentCalls send(int count, String url) {
        return new ConcurrentCalls(IntStream.range(0, count)
                .mapToObj(call -> get(url, DemoBackend.USERS.get(call % DemoBackend.USERS.size())))
                .toList());
    }

    public static CompletableFuture<HttpResponse<String>> get(String url, DemoBackend.User user) {
        var pair = (user.name() + ":" + user.password()).getBytes(StandardCharsets.UTF_8);
        var request = HttpRequest.newBuilder(URI.create(url))
                .header("Authorization", "Basic " + Base64.getEncoder().encodeToString(pair))
                .timeout(Duration.ofSeconds(20))
                .build();
        return CLIENT.sendAsync(request, BodyHandlers.ofString());
    }

    /** Waits for all, and returns the status and body of each in the order of sending. */
    public List<String> responses() throws Exception {
        CompletableFuture.allOf(calls.toArray(CompletableFuture[]::new)).get(30, TimeUnit.SECONDS);
        return calls.stream()
                .map(CompletableFuture::join)
                .map(response -> response.statusCode() + " " + response.body())
                .toList();
    }
}
