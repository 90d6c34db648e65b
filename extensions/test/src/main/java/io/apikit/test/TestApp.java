package io.apikit.test;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The running app, as a caller sees it. Each method sends one HTTP request and returns its response, whatever the status is.
 * Redirects are not followed. Immutable and thread-safe: {@link #as} and the like return another one.
 *
 * <p>For another client of HTTP there is {@link #url}.
 */
public final class TestApp {
    /** Longer than the time that a request to a backend has by default, 30 s: what an app responds then is seen. */
    private static final Duration TIME_LIMIT = Duration.ofSeconds(60);

    private static final String AUTHORIZATION = "Authorization";

    private final HttpClient client;
    private final String url;
    private final Map<String, String> headers;

    private TestApp(HttpClient client, String url, Map<String, String> headers) {
        this.client = client;
        this.url = url;
        this.headers = headers;
    }

    static TestApp at(String url) {
        var client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        return new TestApp(client, url, Map.of());
    }

    /** Returns the origin of the app, such as {@code http://127.0.0.1:40124}, without a slash at the end. */
    public String url() {
        return url;
    }

    /** Returns the app as this user sees it, who sends Basic credentials (RFC 7617) with each request. */
    public TestApp as(String user, String password) {
        var pair = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
        return header(AUTHORIZATION, "Basic " + Base64.getEncoder().encodeToString(pair));
    }

    /** Returns the app as a caller with this bearer token (RFC 6750) sees it. */
    public TestApp bearer(String token) {
        return header(AUTHORIZATION, "Bearer " + token);
    }

    /** Returns the app as a caller who sends this header too sees it. Of a name that occurs twice, the last one counts. */
    public TestApp header(String name, String value) {
        var more = new LinkedHashMap<>(headers);
        more.keySet().removeIf(name::equalsIgnoreCase);
        more.put(name, value);
        return new TestApp(client, url, more);
    }

    /**
     * Sends a GET.
     *
     * @param path path and query as they are sent, percent-encoded: {@code "/nightly/coverage?days=7"}
     */
    public TestResponse get(String path) {
        return send("GET", path, "", "");
    }

    /**
     * Sends a POST with a body of JSON.
     *
     * @param json a record, a map or the like; a String is the JSON itself
     */
    public TestResponse post(String path, Object json) {
        return sendJson("POST", path, json);
    }

    /** Sends a PUT with a body of JSON, as {@link #post} does. */
    public TestResponse put(String path, Object json) {
        return sendJson("PUT", path, json);
    }

    /** Sends a PATCH with a body of JSON, as {@link #post} does. */
    public TestResponse patch(String path, Object json) {
        return sendJson("PATCH", path, json);
    }

    /** Sends a DELETE. */
    public TestResponse delete(String path) {
        return send("DELETE", path, "", "");
    }

    /**
     * Sends a request of any method and media type.
     *
     * @param contentType the media type of the body; empty for none
     * @throws IllegalArgumentException if the method or the path cannot be sent
     * @throws IllegalStateException if there is no response, or none within 60 s
     */
    public TestResponse send(String method, String path, String body, String contentType) {
        BodyPublisher publisher = body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body);
        var request = HttpRequest.newBuilder(URI.create(url + path))
                .timeout(TIME_LIMIT)
                .method(method, publisher);
        headers.forEach(request::setHeader);
        if (!contentType.isEmpty()) {
            request.setHeader("Content-Type", contentType);
        }
        try {
            return new TestResponse(client.send(request.build(), BodyHandlers.ofByteArray()));
        } catch (IOException e) {
            throw new IllegalStateException(method + " " + path + " has no response: " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(method + " " + path + ": interrupted", e);
        }
    }

    private TestResponse sendJson(String method, String path, Object json) {
        return send(method, path, json instanceof String text ? text : JsonMapping.write(json), "application/json");
    }

    /** Returns the origin and the names of the headers, and no value of theirs. */
    @Override
    public String toString() {
        return "TestApp[" + url + ", headers=" + headers.keySet() + "]";
    }
}
