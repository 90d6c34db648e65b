package io.apikit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.InvalidDefinitionException;
import io.javalin.http.BadRequestResponse;
import io.javalin.json.JsonMapper;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.Type;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import kotlin.Lazy;

/**
 * The service's JSON mapper, where JSON that does not parse or fit is the sender's fault: a 400 that names the place,
 * and no class. Failures to write, and classes no mapper can read, stay the service's own.
 */
@SuppressWarnings("TypeParameterUnusedInFormals") // as Javalin declares them
record RequestJsonMapper(Lazy<? extends JsonMapper> given) implements JsonMapper {
    /** Set up when the first JSON is read or written: the service starts without. */
    private JsonMapper mapper() {
        return given.getValue();
    }

    @Override
    public <T> T fromJsonString(String json, Type type) {
        try {
            return mapper().fromJsonString(json, type);
        } catch (Exception e) {
            throw refused(e);
        }
    }

    @Override
    public <T> T fromJsonStream(InputStream json, Type type) {
        try {
            return mapper().fromJsonStream(json, type);
        } catch (Exception e) {
            throw refused(e);
        }
    }

    @Override
    public String toJsonString(Object object, Type type) {
        return mapper().toJsonString(object, type);
    }

    @Override
    public InputStream toJsonStream(Object object, Type type) {
        return mapper().toJsonStream(object, type);
    }

    @Override
    public void writeToOutputStream(Stream<?> stream, OutputStream output) {
        mapper().writeToOutputStream(stream, output);
    }

    private static RuntimeException refused(Exception e) {
        if (e instanceof JsonProcessingException json && !(e instanceof InvalidDefinitionException)) {
            var refused = new BadRequestResponse(explained(json));
            refused.initCause(e);
            return refused;
        }
        return sneaky(e);
    }

    private static String explained(JsonProcessingException e) {
        var path = e instanceof JsonMappingException mapping
                ? mapping.getPath().stream()
                        .map(JsonMappingException.Reference::getFieldName)
                        .filter(Objects::nonNull)
                        .collect(Collectors.joining("."))
                : "";
        var place = e.getLocation() == null
                ? ""
                : " at line " + e.getLocation().getLineNr() + ", column "
                        + e.getLocation().getColumnNr();
        return path.isEmpty() ? "not the JSON expected" + place : "not the JSON expected in field " + path + place;
    }

    /** Mappers are written in Kotlin and throw checked exceptions undeclared: passed on as they are. */
    @SuppressWarnings("unchecked")
    private static <E extends Exception> RuntimeException sneaky(Exception e) throws E {
        throw (E) e;
    }
}
