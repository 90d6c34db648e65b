package io.apikit.internal.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.apikit.internal.util.DefaultJson;
import java.util.Locale;
import java.util.Map;
import org.eclipse.jetty.http.MimeTypes;
import org.jspecify.annotations.Nullable;

/** Writes the JSON of metadata and errors, which no setting of the service's own mapper may change. Thread-safe. */
public final class JsonBytes {
    /** The media type of JSON. */
    public static final String TYPE = "application/json";

    private static final ObjectMapper MAPPER = DefaultJson.recycling(new ObjectMapper());

    private JsonBytes() {}

    /** Returns whether a media type is JSON: {@code application/json}, or a type that ends in {@code +json} (RFC 6839). */
    public static boolean isJson(@Nullable String mediaType) {
        if (mediaType == null) {
            return false;
        }
        var base = MimeTypes.getBase(mediaType).strip().toLowerCase(Locale.ROOT);
        return base.equals(TYPE) || base.endsWith("+json");
    }

    /** Returns the fields as a JSON object. Half a surrogate pair in a value becomes a question mark. */
    public static byte[] bytes(Map<String, ? extends @Nullable Object> fields) {
        try {
            // By way of a String: to write bytes, Jackson would throw for half a surrogate pair of a backend's text.
            return MAPPER.writeValueAsString(fields).getBytes(UTF_8);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot write as JSON: " + fields.keySet(), e);
        }
    }
}
