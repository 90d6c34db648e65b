package io.apikit.http;

import io.javalin.json.JavalinJackson;
import io.javalin.json.JsonMapper;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/** A request's body: an object that becomes JSON when it is sent, or bytes; immutable. */
sealed interface Body {
    /** What reads and writes JSON where nobody gave another mapper; threadsafe. */
    JsonMapper JSON = new JavalinJackson(null, false);

    /** The bytes it is sent as; the same ones ever after. */
    Bytes encoded(JsonMapper mapper);

    /** Fields as an HTML form sends them, but for a space, which is {@code %20} here too. */
    static Bytes form(Map<String, ?> fields) {
        var text = fields.entrySet().stream()
                .map(field -> Percent.value(field.getKey()) + '=' + Percent.value(formValue(field)))
                .collect(Collectors.joining("&"));
        return new Bytes(text.getBytes(StandardCharsets.US_ASCII), "application/x-www-form-urlencoded");
    }

    private static String formValue(Map.Entry<String, ?> field) {
        return Objects.requireNonNull(field.getValue(), () -> "value of form field " + field.getKey())
                .toString();
    }

    /** An object still to be written. */
    record Json(Object value) implements Body {
        @Override
        public Bytes encoded(JsonMapper mapper) {
            var json = mapper.toJsonString(value, value.getClass());
            return new Bytes(json.getBytes(StandardCharsets.UTF_8), "application/json");
        }
    }

    /** Bytes; whoever makes it hands them over. */
    final class Bytes implements Body {
        private final byte[] bytes;
        private final String contentType;

        Bytes(byte[] bytes, String contentType) {
            this.bytes = bytes;
            this.contentType = contentType;
        }

        /** The bytes themselves: not to be changed. */
        byte[] bytes() {
            return bytes;
        }

        String contentType() {
            return contentType;
        }

        @Override
        public Bytes encoded(JsonMapper mapper) {
            return this;
        }
    }
}
