package io.apikit.internal.server;

import io.javalin.http.HttpStatus;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What every error answer says, whichever layer it comes from, and its two spellings. */
public record ErrorBody(int status, String reason, @Nullable String content) {
    public static final String PROBLEM = "application/problem+json";

    /** With the standard reason phrase; content that is blank, or just repeats the phrase, is left out. */
    public static ErrorBody of(int status, @Nullable String content) {
        var phrase = reasonPhrase(status);
        var phrases = List.of(phrase, HttpStatus.forStatus(status).getMessage());
        var says = content != null && !content.isBlank() && !phrases.contains(content.strip());
        return new ErrorBody(status, phrase, says ? content : null);
    }

    /** Returns the standard reason phrase (RFC 9110, section 15). Javalin and Jetty shorten that of a 500. */
    public static String reasonPhrase(int status) {
        var known = HttpStatus.forStatus(status);
        if (known == HttpStatus.UNKNOWN) {
            return "Status " + status;
        }
        return known == HttpStatus.INTERNAL_SERVER_ERROR ? "Internal Server Error" : known.getMessage();
    }

    /** Which spelling the caller asks for: problem details where its Accept names them and likes JSON no better. */
    public static String type(List<String> accept) {
        var ranges = new Accept(accept);
        var problem = ranges.named(PROBLEM);
        return problem > 0 && problem >= ranges.quality(JsonBytes.TYPE) ? PROBLEM : JsonBytes.TYPE;
    }

    public byte[] bytes(String type) {
        return type.equals(PROBLEM) ? problem() : JsonBytes.bytes(fields());
    }

    /** Of the one JSON shape, in their order. */
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

    /** The media ranges of an Accept header and how much each is wanted, 0 to 1 (RFC 9110, section 12.5.1). */
    static final class Accept {
        private final Map<String, Double> qualities = new HashMap<>();

        Accept(List<String> headerValues) {
            for (var value : headerValues) {
                for (var range : value.split(",", -1)) {
                    add(range.toLowerCase(Locale.ROOT).split(";", -1));
                }
            }
        }

        private void add(String[] parts) {
            var quality = 1.0;
            for (int i = 1; i < parts.length; i++) {
                var parameter = parts[i].strip();
                quality = parameter.startsWith("q=") ? number(parameter.substring(2)) : quality;
            }
            qualities.merge(parts[0].strip(), quality, Math::max);
        }

        /** An unreadable quality counts as not wanted. */
        private static double number(String text) {
            try {
                return Double.parseDouble(text);
            } catch (NumberFormatException e) {
                return 0;
            }
        }

        /** How much this type is wanted by its own name, wildcards aside. */
        double named(String type) {
            return qualities.getOrDefault(type, 0.0);
        }

        /** How much this type is wanted, by the range that fits it best. */
        double quality(String type) {
            var anyOfItsKind = type.substring(0, type.indexOf('/')) + "/*";
            return qualities.getOrDefault(
                    type, qualities.getOrDefault(anyOfItsKind, qualities.getOrDefault("*/*", 0.0)));
        }
    }
}
