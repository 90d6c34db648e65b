package io.apikit.testkit.support;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** A browser that follows no redirect by itself. It sends secure cookies to loopback, and keeps cookies by origin. */
public final class TestBrowser {
    private static final HttpClient HTTP = HttpClient.newBuilder()
            .followRedirects(HttpClient.Redirect.NEVER)
            .version(HttpClient.Version.HTTP_1_1)
            .build();

    private final Map<String, Map<String, String>> cookies = new LinkedHashMap<>();

    public BrowserPage get(String url, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url)).header("X-Test", "yes");
        return send(headers.length == 0 ? request : request.headers(headers));
    }

    public BrowserPage post(String url, Map<String, String> form) {
        String body = form.entrySet().stream()
                .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), UTF_8))
                .collect(Collectors.joining("&"));
        return send(HttpRequest.newBuilder(URI.create(url))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(body)));
    }

    public BrowserPage send(HttpRequest.Builder building) {
        HttpRequest bare = building.build();
        String sent = header(origin(bare.uri()));
        HttpRequest request =
                sent.isEmpty() ? bare : building.header("Cookie", sent).build();
        try {
            HttpResponse<String> response = HTTP.send(request, BodyHandlers.ofString());
            response.headers().allValues("Set-Cookie").forEach(line -> keep(origin(request.uri()), line));
            return new BrowserPage(this, response);
        } catch (IOException e) {
            throw new AssertionError(request.uri() + " failed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    /** Returns the cookies of an origin. Changes of the map change them. */
    public Map<String, String> cookies(String origin) {
        return cookies.computeIfAbsent(origin, any -> new LinkedHashMap<>());
    }

    private String header(String origin) {
        return cookies(origin).entrySet().stream()
                .map(cookie -> cookie.getKey() + "=" + cookie.getValue())
                .collect(Collectors.joining("; "));
    }

    private void keep(String origin, String setCookie) {
        String[] pair = setCookie.split(";", 2)[0].split("=", 2);
        if (pair[1].isEmpty()) {
            cookies(origin).remove(pair[0]);
        } else {
            cookies(origin).put(pair[0], pair[1]);
        }
    }

    static String origin(URI uri) {
        return uri.getScheme() + "://" + uri.getAuthority();
    }
}
