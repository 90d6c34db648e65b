package io.apikit.oauth2;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.apikit.auth.LoginTransport;
import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** A transport whose addresses have the responses that a test gives them, and which keeps what was sent. Thread-safe. */
final class ScriptedIssuer implements LoginTransport {
    static final String ISSUER = "https://id.example.org/realms/main";
    static final String TOKEN_URI = "https://id.example.org/token";
    static final String GOOD = "{\"access_token\":\"new-token\",\"token_type\":\"Bearer\",\"expires_in\":300}";

    private final String origin;
    private final Map<String, Supplier<BackendResponse>> responses;
    private final List<Sent> sent;

    /** A backend that is not asked anything. */
    ScriptedIssuer() {
        this("https://backend.example.org", new ConcurrentHashMap<>(), new CopyOnWriteArrayList<>());
    }

    private ScriptedIssuer(String origin, Map<String, Supplier<BackendResponse>> responses, List<Sent> sent) {
        this.origin = origin;
        this.responses = responses;
        this.sent = sent;
    }

    /** One request as it was sent. */
    record Sent(String method, String url, String form, Optional<String> authorization) {
        /** Returns the values of a field, decoded, in their order. */
        List<String> all(String field) {
            return Arrays.stream(form.split("&"))
                    .map(pair -> pair.split("=", 2))
                    .filter(pair -> pair[0].equals(field))
                    .map(pair -> URLDecoder.decode(pair[1], UTF_8))
                    .toList();
        }

        String one(String field) {
            return all(field).stream().collect(Collectors.joining(" AND "));
        }
    }

    static BackendResponse json(int status, String body, String... header) {
        var headers = header.length == 0 ? Map.<String, List<String>>of() : Map.of(header[0], List.of(header[1]));
        return BackendResponse.of(status, headers, body.getBytes(UTF_8));
    }

    ScriptedIssuer at(String url, Supplier<BackendResponse> response) {
        responses.put(url, response);
        return this;
    }

    ScriptedIssuer at(String url, int status, String body, String... header) {
        return at(url, () -> json(status, body, header));
    }

    /** All requests so far, in their order. */
    List<Sent> sent() {
        return List.copyOf(sent);
    }

    /** The last request. */
    Sent last() {
        return sent.get(sent.size() - 1);
    }

    long count(String url) {
        return sent.stream().filter(each -> each.url().equals(url)).count();
    }

    @Override
    public LoginTransport at(String other) {
        return new ScriptedIssuer(other, responses, sent);
    }

    @Override
    public BackendResponse send(BackendRequest request) {
        var url = origin + request.target();
        sent.add(new Sent(request.method(), url, body(request), request.header("Authorization")));
        var response = responses.get(url);
        if (response == null) {
            return json(404, "none");
        }
        return response.get();
    }

    private static String body(BackendRequest request) {
        var bytes = new ByteArrayOutputStream();
        request.body().ifPresent(body -> {
            try {
                body.writeTo(bytes);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        return bytes.toString(UTF_8);
    }
}
