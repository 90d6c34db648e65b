package io.apikit.example.systems;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.apikit.BackendError;
import io.apikit.http.BackendResponse;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Makes the error of a system readable for callers: the texts of some JSON fields and of some headers, in place of the
 * whole body. The status and the masking of secrets stay as they are. Immutable.
 *
 * @param fields the names of JSON fields that say what failed
 * @param headers the names of headers that do. Nothing of another header is passed on
 */
record ErrorReasons(List<String> fields, List<String> headers) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Reads the reasons from these fields alone. */
    static ErrorReasons fields(String... names) {
        return new ErrorReasons(List.of(names), List.of());
    }

    /** Returns a copy that also reads these headers. */
    ErrorReasons headers(String... names) {
        return new ErrorReasons(fields, List.of(names));
    }

    /** Returns the response if it is a success, and throws its error with the reasons otherwise. */
    BackendResponse orThrow(BackendResponse response) {
        if (!response.isSuccess()) {
            throw error(response);
        }
        return response;
    }

    private BackendError error(BackendResponse response) {
        var error = response.toError();
        var reasons = Stream.concat(
                        error.content().stream().flatMap(this::inBody),
                        headers.stream().map(response::header).flatMap(Optional::stream))
                .distinct()
                .collect(Collectors.joining(": "));
        return reasons.isEmpty() ? error : error.withContent(reasons);
    }

    private Stream<String> inBody(String content) {
        try {
            var body = JSON.readTree(content);
            return fields.stream().map(body::path).filter(JsonNode::isTextual).map(JsonNode::textValue);
        } catch (JsonProcessingException ignored) {
            return Stream.empty();
        }
    }
}
