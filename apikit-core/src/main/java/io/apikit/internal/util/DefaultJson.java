package io.apikit.internal.util;

import com.fasterxml.jackson.core.util.BufferRecycler;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.core.util.RecyclerPool;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.javalin.json.JavalinJackson;
import io.javalin.json.JsonMapper;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.Type;
import java.util.stream.Stream;
import kotlin.Lazy;
import kotlin.LazyKt;

/** What reads and writes JSON unless the author gives another mapper: Javalin's, on Jackson. Thread-safe. */
public final class DefaultJson {
    /** By default, Jackson keeps its buffers with the thread, and a virtual thread serves one request only. */
    private static final RecyclerPool<BufferRecycler> BUFFERS = JsonRecyclerPools.newConcurrentDequePool();

    /**
     * Reads responses of backends, and writes requests to them. It ignores unknown fields: a backend may add one at any
     * time. One instance for all, since a mapper keeps what it has learned of the classes that it has met.
     */
    public static final JsonMapper MAPPER = new LazyMapper(LazyKt.lazy(() -> new JavalinJackson(
            recycling(JavalinJackson.defaultMapper()).disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES),
            false)));

    private DefaultJson() {}

    /** Sets buffers that outlive a thread, and returns the same mapper. */
    public static ObjectMapper recycling(ObjectMapper mapper) {
        mapper.getFactory().setRecyclerPool(BUFFERS);
        return mapper;
    }

    /** Returns the mapper of an app for a backend's JSON: this one if the app's author gave it, else the other one. */
    public static JsonMapper chosen(JsonMapper apps, JsonMapper other) {
        return apps instanceof AppMapper own && !own.isAuthors() ? other : apps;
    }

    /** The mapper of an app, which may be the default one. */
    public interface AppMapper extends JsonMapper {
        /** Returns whether the author gave the app its mapper. */
        boolean isAuthors();
    }

    /** A mapper that is set up for the first JSON: a service starts without it. Thread-safe. */
    @SuppressWarnings("TypeParameterUnusedInFormals") // as Javalin declares them
    public static class LazyMapper implements JsonMapper {
        private final Lazy<? extends JsonMapper> given;

        public LazyMapper(Lazy<? extends JsonMapper> given) {
            this.given = given;
        }

        @Override
        public <T> T fromJsonString(String json, Type type) {
            return given.getValue().fromJsonString(json, type);
        }

        @Override
        public <T> T fromJsonStream(InputStream json, Type type) {
            return given.getValue().fromJsonStream(json, type);
        }

        @Override
        public String toJsonString(Object object, Type type) {
            return given.getValue().toJsonString(object, type);
        }

        @Override
        public InputStream toJsonStream(Object object, Type type) {
            return given.getValue().toJsonStream(object, type);
        }

        @Override
        public void writeToOutputStream(Stream<?> stream, OutputStream output) {
            given.getValue().writeToOutputStream(stream, output);
        }
    }
}
