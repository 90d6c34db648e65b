package io.apikit;

import io.javalin.http.HttpStatus;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What every error answer says, whichever layer it comes from, and its two spellings. */
record ErrorShape(int status, String reason, @Nullable String content) {
    static final String PROBLEM = "application/problem+json";

    /** With the standard reason phrase; content that is blank, or just repeats the phrase, is left out. */
    static ErrorShape of(int status, @Nullable String content) {
        var phrase = BackendError.reasonPhrase(status);
        var phrases = List.of(phrase, HttpStatus.forStatus(status).getMessage());
        var says = content != null && !content.isBlank() && !phrases.contains(content.strip());
        return new ErrorShape(status, phrase, says ? content : null);
    }

    /** Which spelling the caller asks for: problem details where its Accept names them and likes JSON no better. */
    static String type(List<String> accept) {
        var ranges = new Accept(accept);
        var problem = ranges.named(PROBLEM);
        return problem > 0 && problem >= ranges.quality(Json.TYPE) ? PROBLEM : Json.TYPE;
    }

    byte[] bytes(String type) {
        return type.equals(PROBLEM) ? problem() : Json.bytes(fields());
    }

    /** Of the one JSON shape, in their order. */
    Map<String, @Nullable Object> fields() {
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
        return Json.bytes(fields);
    }
}
