package io.apikit.test;

import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A response of the app. Immutable and thread-safe. */
public final class TestResponse {
    private final HttpResponse<byte[]> response;

    TestResponse(HttpResponse<byte[]> response) {
        this.response = response;
    }

    /** Returns the status. */
    public int status() {
        return response.statusCode();
    }

    /** Returns the body as UTF-8. */
    public String body() {
        return new String(response.body(), StandardCharsets.UTF_8);
    }

    /** Returns a copy of the body. */
    public byte[] bytes() {
        return response.body().clone();
    }

    /** Returns the first value of this header; empty if there is none. The name is found in any case. */
    public Optional<String> header(String name) {
        return response.headers().firstValue(name);
    }

    /** Returns all headers. Names are found in any case. */
    public Map<String, List<String>> headers() {
        return response.headers().map();
    }

    /**
     * Returns the body as this type. Fields that the type does not have are ignored.
     *
     * @throws AssertionError with status and body, if the body is not JSON of the type
     */
    public <T> T json(Class<T> type) {
        return JsonMapping.read(body(), type, this);
    }

    /**
     * Returns the body as the error that an app responds with.
     *
     * @throws AssertionError with status and body, if the status is below 400 or the body is no such error
     */
    public ApiError error() {
        var error = json(ApiError.class);
        if (status() < 400 || error.statusCode() == 0) {
            throw new AssertionError("not an error: " + this);
        }
        return error;
    }

    /** Returns the status and the body. */
    @Override
    public String toString() {
        return status() + " " + body();
    }
}
