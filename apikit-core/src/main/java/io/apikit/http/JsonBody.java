package io.apikit.http;

import io.apikit.internal.util.DefaultJson;
import io.javalin.json.JsonMapper;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * An object that is sent as JSON. Where the request is not encoded by another mapper first, the default one writes the
 * object once: every replay sends the same bytes.
 */
final class JsonBody implements RequestBody {
    private static final String JSON = "application/json";

    private final Object value;
    private @Nullable BytesBody defaultBytes;

    JsonBody(Object value) {
        this.value = value;
    }

    /** The bytes that this mapper makes of the object. */
    BytesBody encoded(JsonMapper mapper) {
        var json = mapper.toJsonString(value, value.getClass());
        return new BytesBody(json.getBytes(StandardCharsets.UTF_8), JSON);
    }

    private synchronized BytesBody bytes() {
        if (defaultBytes == null) {
            defaultBytes = encoded(DefaultJson.MAPPER);
        }
        return defaultBytes;
    }

    @Override
    public String contentType() {
        return JSON;
    }

    @Override
    public long length() {
        return bytes().length();
    }

    @Override
    public boolean isReplayable() {
        return true;
    }

    @Override
    public void requireReadable() {
        bytes();
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
        bytes().writeTo(out);
    }
}
