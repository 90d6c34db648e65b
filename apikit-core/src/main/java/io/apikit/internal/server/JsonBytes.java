package io.apikit.internal.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.BufferRecycler;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.core.util.RecyclerPool;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The JSON of metadata and errors, which no setting of the service's own mapper may change. */
public final class JsonBytes {
    public static final String TYPE = "application/json";

    /** Jackson keeps the buffers it writes in with the thread, and a virtual thread has one request to live. */
    private static final RecyclerPool<BufferRecycler> BUFFERS = JsonRecyclerPools.newConcurrentDequePool();

    private static final ObjectMapper MAPPER = recycling(new ObjectMapper());

    private JsonBytes() {}

    /** The same mapper, with buffers that outlive a thread. */
    public static ObjectMapper recycling(ObjectMapper mapper) {
        mapper.getFactory().setRecyclerPool(BUFFERS);
        return mapper;
    }

    /** By way of a String: half a surrogate pair from a backend's text becomes a question mark, not an exception. */
    public static byte[] bytes(Map<String, ? extends @Nullable Object> fields) {
        try {
            return MAPPER.writeValueAsString(fields).getBytes(UTF_8);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot write as JSON: " + fields.keySet(), e);
        }
    }
}
