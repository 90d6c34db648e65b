package io.apikit.auth;

import io.apikit.BackendError;
import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A way out without a wire: answers by method and address what it was told to, and remembers what it was asked. */
public final class ScriptedTransport implements LoginTransport {
    private final String origin;
    private final Map<String, BackendResponse> answers;
    private final List<String> steps;
    private final Map<String, BackendRequest> requests;

    private ScriptedTransport(ScriptedTransport root, String origin) {
        this.origin = origin;
        this.answers = root.answers;
        this.steps = root.steps;
        this.requests = root.requests;
    }

    ScriptedTransport(String origin) {
        this.origin = origin;
        this.answers = new HashMap<>();
        this.steps = new ArrayList<>();
        this.requests = new HashMap<>();
    }

    /** What a step such as {@code "GET https://idp.test/login?a=b"} is answered. */
    ScriptedTransport on(String step, BackendResponse answer) {
        answers.put(step, answer);
        return this;
    }

    static BackendResponse redirect(int status, String location, String... setCookies) {
        return answer(status, "", "Location", location, setCookies);
    }

    public static BackendResponse html(int status, String body, String... setCookies) {
        return answer(status, body, "Content-Type", "text/html; charset=utf-8", setCookies);
    }

    public static BackendResponse answer(int status, String body, String header, String value, String... setCookies) {
        Map<String, List<String>> headers = new LinkedHashMap<>();
        headers.put(header, List.of(value));
        if (setCookies.length > 0) {
            headers.put("Set-Cookie", List.of(setCookies));
        }
        return BackendResponse.of(status, headers, body.getBytes(StandardCharsets.UTF_8));
    }

    /** The steps taken, in their order. */
    List<String> steps() {
        return steps;
    }

    BackendRequest request(String step) {
        return requests.getOrDefault(step, BackendRequest.get("/never-sent"));
    }

    @Override
    public LoginTransport at(String other) {
        return new ScriptedTransport(this, other);
    }

    @Override
    public String origin() {
        return origin;
    }

    @Override
    public BackendResponse send(BackendRequest request) {
        var step = request.method() + " " + origin + request.target();
        steps.add(step);
        requests.put(step, request);
        var answer = answers.get(step);
        if (answer == null) {
            throw BackendError.of(502, "no script for " + step);
        }
        return answer;
    }
}
