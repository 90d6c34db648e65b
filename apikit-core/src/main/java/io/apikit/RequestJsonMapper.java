package io.apikit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.InvalidDefinitionException;
import io.apikit.internal.util.DefaultJson;
import io.javalin.http.BadRequestResponse;
import io.javalin.json.JavalinJackson;
import io.javalin.json.JsonMapper;
import java.io.InputStream;
import java.lang.reflect.Type;
import java.util.Objects;
import java.util.stream.Collectors;
import kotlin.Lazy;

/**
 * The service's JSON mapper, with a 400 for JSON that cannot be parsed or does not fit: it names the position and no
 * class. Failures to write, and classes that no mapper can read, remain faults of the service.
 */
@SuppressWarnings("TypeParameterUnusedInFormals") // as Javalin declares them
final class RequestJsonMapper extends DefaultJson.LazyMapper implements DefaultJson.AppMapper {
    private final boolean isAuthors;

    /** @param isAuthors whether the author gave the app this mapper */
    RequestJsonMapper(Lazy<? extends JsonMapper> given, boolean isAuthors) {
        super(given);
        this.isAuthors = isAuthors;
    }

    @Override
    public boolean isAuthors() {
        return isAuthors;
    }

    @Override
    public <T> T fromJsonString(String json, Type type) {
        try {
            return super.fromJsonString(json, type);
        } catch (Exception e) {
            throw badRequest(e);
        }
    }

    @Override
    public <T> T fromJsonStream(InputStream json, Type type) {
        try {
            return super.fromJsonStream(json, type);
        } catch (Exception e) {
            throw badRequest(e);
        }
    }

    private static RuntimeException badRequest(Exception e) {
        if (isNullBody(e)) {
            return new BadRequestResponse("not the JSON expected: the whole body is null");
        }
        if (e instanceof JsonProcessingException json && !(e instanceof InvalidDefinitionException)) {
            var response = new BadRequestResponse(description(json));
            response.initCause(e);
            return response;
        }
        return sneaky(e);
    }

    /** Javalin's own mapper returns what Jackson read as not null, and Kotlin checks that there. */
    private static boolean isNullBody(Exception e) {
        var frames = e.getStackTrace();
        return e instanceof NullPointerException
                && frames.length > 0
                && frames[0].getClassName().equals(JavalinJackson.class.getName());
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
