package io.apikit.example;

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

/** The same GET many times at once, by the demo's users in turn. */
final class ManyCalls {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private final List<CompletableFuture<HttpResponse<String>>> calls;

    private ManyCalls(List<CompletableFuture<HttpResponse<String>>> calls) {
        this.calls = calls;
    }

    static ManyCalls send(int count, String url) {
        return new ManyCalls(IntStream.range(0, count)
                .mapToObj(call -> get(url, Demo.USERS.get(call % Demo.USERS.size())))
                .toList());
    }

    static CompletableFuture<HttpResponse<String>> get(String url, Demo.User user) {
        var pair = (user.name() + ":" + user.password()).getBytes(StandardCharsets.UTF_8);
        var request = HttpRequest.newBuilder(URI.create(url))
                .header("Authorization", "Basic " + Base64.getEncoder().encodeToString(pair))
                .timeout(Duration.ofSeconds(20))
                .build();
        return CLIENT.sendAsync(request, BodyHandlers.ofString());
    }

    /** Status and body of each, in the order they were sent. */
    List<String> answers() throws Exception {
        CompletableFuture.allOf(calls.toArray(CompletableFuture[]::new)).get(30, TimeUnit.SECONDS);
        return calls.stream()
                .map(CompletableFuture::join)
                .map(answer -> answer.statusCode() + " " + answer.body())
                .toList();
    }
}
