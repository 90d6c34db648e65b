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
 * The service's JSON mapper, with a 400 for JSON that cannot be parsed or does not fit: it names the position and no
 * class. Failures to write, and classes that no mapper can read, remain faults of the service.
 */
@SuppressWarnings("TypeParameterUnusedInFormals") // as Javalin declares them
record RequestJsonMapper(Lazy<? extends JsonMapper> given) implements JsonMapper {
    /** Returns the mapper, which is set up for the first JSON: the service starts without it. */
    private JsonMapper mapper() {
        return given.getValue();
    }

    @Override
    public <T> T fromJsonString(String json, Type type) {
        try {
            return mapper().fromJsonString(json, type);
        } catch (Exception e) {
            throw badRequest(e);
        }
    }

    @Override
    public <T> T fromJsonStream(InputStream json, Type type) {
        try {
            return mapper().fromJsonStream(json, type);
        } catch (Exception e) {
            throw badRequest(e);
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

    private static RuntimeException badRequest(Exception e) {
        if (e instanceof JsonProcessingException json && !(e instanceof InvalidDefinitionException)) {
            var response = new BadRequestResponse(description(json));
            response.initCause(e);
            return response;
        }
        return sneaky(e);
    }

    private static String description(JsonProcessingException e) {
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

    /** Throws a checked exception undeclared, as mappers written in Kotlin do. */
    @SuppressWarnings("unchecked")
    private static <E extends Exception> RuntimeException sneaky(Exception e) throws E {
        throw (E) e;
    }
}
