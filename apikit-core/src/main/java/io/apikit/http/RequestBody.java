package io.apikit.http;

import io.apikit.http.internal.url.PercentEncoding;
import io.javalin.json.JavalinJackson;
import io.javalin.json.JsonMapper;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/** A request's body: an object that becomes JSON when it is sent, or one that is ready to be sent. */
public sealed interface RequestBody {
    /** What reads and writes JSON where nobody gave another mapper; threadsafe. */
    JsonMapper JSON = new JavalinJackson(null, false);

    /** What it is sent as; the same ever after. */
    Ready encoded(JsonMapper mapper);

    /** Fields as an HTML form sends them, but for a space, which is {@code %20} here too. */
    static Bytes form(Map<String, ?> fields) {
        var text = fields.entrySet().stream()
                .map(field -> PercentEncoding.value(field.getKey()) + '=' + PercentEncoding.value(formValue(field)))
                .collect(Collectors.joining("&"));
        return new Bytes(text.getBytes(StandardCharsets.US_ASCII), "application/x-www-form-urlencoded");
    }

    private static String formValue(Map.Entry<String, ?> field) {
        return Objects.requireNonNull(field.getValue(), () -> "value of form field " + field.getKey())
                .toString();
    }

    /** An object still to be written. */
    record Json(Object value) implements RequestBody {
        @Override
        public Ready encoded(JsonMapper mapper) {
            var json = mapper.toJsonString(value, value.getClass());
            return new Bytes(json.getBytes(StandardCharsets.UTF_8), "application/json");
        }
    }

    /**
     * A body that can be written to the wire. Where its own source fails, that is a {@link io.apikit.BackendError}; an
     * {@link IOException} is the wire's.
     */
    non-sealed interface Ready extends RequestBody {
        String contentType();

        /** In bytes; negative if unknown. */
        long length();

        /** Whether it can be written more than once, the same bytes each time. */
        boolean isReplayable();

        /** Refuses, before anything is sent, a source that is already known to be of no use. */
        void requireReadable();

        void writeTo(OutputStream out) throws IOException;

        @Override
        default Ready encoded(JsonMapper mapper) {
            return this;
        }
    }

    /** Bytes; whoever makes it hands them over. */
    final class Bytes implements Ready {
        private final byte[] bytes;
        private final String contentType;

        Bytes(byte[] bytes, String contentType) {
            this.bytes = bytes;
            this.contentType = contentType;
        }

        @Override
        public String contentType() {
            return contentType;
        }

        @Override
        public long length() {
            return bytes.length;
        }

        @Override
        public boolean isReplayable() {
            return true;
        }

        @Override
        public void requireReadable() {
            // They are here.
        }

        @Override
        public void writeTo(OutputStream out) throws IOException {
            out.write(bytes);
        }
    }
}
