package io.apikit.test;

import java.time.Duration;
import java.util.List;
import java.util.function.Function;

/**
 * A route of the {@link ScriptedBackend}: which requests it takes, and what the backend responds with. Thread-safe.
 *
 * <p>A request that several routes take goes to the one with the most conditions ({@link #query} and {@link #as}), then to the
 * one with the most segments that are no names in braces, then to the one that was scripted last.
 *
 * <p>{@code backend.get("/temp")} is the same route each time, so a failure can be added to what was scripted before.
 */
public final class ScriptedRoute {
    private final Script script;
    private final RouteKey key;

    ScriptedRoute(Script script, RouteKey key) {
        this.script = script;
        this.key = key;
    }

    /** Returns the route that takes only those requests that have this value of a query parameter too. */
    public ScriptedRoute query(String name, String value) {
        return new ScriptedRoute(script, key.query(name, value));
    }

    /** Returns the route that takes only the requests of this user. */
    public ScriptedRoute as(String user) {
        return new ScriptedRoute(script, key.as(user));
    }

    /** Responds with 200 and plain text from now on, in place of what was scripted before. */
    public ScriptedRoute answers(String body) {
        return answers(ScriptedResponse.text(body));
    }

    /** Responds with this status, body and media type from now on, in place of what was scripted before. */
    public ScriptedRoute answers(int status, String body, String contentType) {
        return answers(ScriptedResponse.of(status, body, contentType));
    }

    /** Responds with 200 and this value as JSON from now on, in place of what was scripted before. */
    public ScriptedRoute answersJson(Object value) {
        return answers(ScriptedResponse.json(value));
    }

    /** Responds so from now on, in place of what was scripted before. */
    public ScriptedRoute answers(ScriptedResponse response) {
        return answers(request -> response);
    }

    /**
     * Asks this function for each response from now on, in place of what was scripted before. The function is called by
     * several threads at once. If it throws, the backend responds with 500, and the test fails.
     */
    public ScriptedRoute answers(Function<RecordedRequest, ScriptedResponse> response) {
        script.change(key, route -> route.answers(response));
        return this;
    }

    /** Responds with 200 and plain text once what was scripted before has been sent once. The last response stays. */
    public ScriptedRoute then(String body) {
        return then(ScriptedResponse.text(body));
    }

    /** Responds so once what was scripted before has been sent once. The last response stays. */
    public ScriptedRoute then(ScriptedResponse response) {
        script.change(key, route -> route.then(request -> response));
        return this;
    }

    /** Closes the connection in place of a response from now on. */
    public ScriptedRoute drop() {
        return answers(ScriptedResponse.dropped());
    }

    /** Closes the connection in place of the next responses, this number of times. */
    public ScriptedRoute dropNext(int requests) {
        return failNext(requests, ScriptedResponse.dropped());
    }

    /** Responds to the next request with this status. A GET that the service sends again gets what follows. */
    public ScriptedRoute failNext(int status) {
        return failNext(1, status);
    }

    /** Responds to this number of requests with this status. */
    public ScriptedRoute failNext(int requests, int status) {
        return failNext(requests, ScriptedResponse.failure(status));
    }

    /** Responds to this number of requests so, before what was scripted otherwise. */
    public ScriptedRoute failNext(int requests, ScriptedResponse response) {
        script.change(key, route -> route.failNext(requests, response));
        return this;
    }

    /** Adds a {@code Retry-After} in full seconds to the failures that {@link #failNext} has left. */
    public ScriptedRoute retryAfter(Duration pause) {
        script.change(key, route -> route.retryAfter(pause));
        return this;
    }

    /** Sends each response that much later from now on. Zero ends that. */
    public ScriptedRoute slow(Duration delay) {
        script.change(key, route -> route.slow(delay));
        return this;
    }

    /** Returns the requests that this route has taken, in their order; failed ones too. The last 10,000 are kept. */
    public List<RecordedRequest> requests() {
        return script.requests(key);
    }

    @Override
    public String toString() {
        return key.toString();
    }
}
