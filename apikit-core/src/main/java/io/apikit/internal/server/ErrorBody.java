package io.apikit.internal.server;

import io.apikit.internal.util.AcceptHeader;
import io.apikit.internal.util.ReasonPhrase;
import io.javalin.http.HttpStatus;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The content of an error response, whichever layer it comes from, and its two media types. */
public record ErrorBody(int status, String reason, @Nullable String content) {
    /** The media type of problem details (RFC 9457). */
    public static final String PROBLEM = "application/problem+json";

    /** Returns a body with the standard reason phrase. Content that is blank or only repeats the phrase is left out. */
    public static ErrorBody of(int status, @Nullable String content) {
        var phrase = ReasonPhrase.of(status);
        var phrases = List.of(phrase, HttpStatus.forStatus(status).getMessage());
        var hasContent = content != null && !content.isBlank() && !phrases.contains(content.strip());
        return new ErrorBody(status, phrase, hasContent ? content : null);
    }

    /**
     * Returns the media type for a caller: problem details if its {@code Accept} names them and does not prefer JSON
     * (RFC 9110, section 12.5.1). A weight that cannot be parsed counts as 0.
     *
     * @param accept the values of all {@code Accept} headers
     */
    public static String type(List<String> accept) {
        var accepted = AcceptHeader.of(accept);
        var problem = accepted.weight(PROBLEM);
        return problem > 0 && problem >= jsonWeight(accepted) ? PROBLEM : JsonBytes.TYPE;
    }

    /** Returns the weight of JSON by the most specific range that includes it. */
    private static double jsonWeight(AcceptHeader accepted) {
        for (var range : List.of(JsonBytes.TYPE, "application/*", "*/*")) {
            var weight = accepted.weight(range);
            if (weight >= 0) {
                return weight;
            }
        }
        return 0;
    }

    /** Returns the body in one of the two media types. */
    public byte[] bytes(String type) {
        return type.equals(PROBLEM) ? problem() : JsonBytes.bytes(fields());
    }

    /** Returns the fields of the JSON shape, in their order. */
    public Map<String, @Nullable Object> fields() {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("reason", reason);
        fields.put("status_code", status);
        fields.put("error_content", content);
        return fields;
    }

    /** RFC 9457, section 3.1. */
    private byte[] problem() {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("type", "about:blank");
        fields.put("title", reason);
        fields.put("status", status);
        if (content != null) {
            fields.put("detail", content);
        }
        return JsonBytes.bytes(fields);
    }
}
