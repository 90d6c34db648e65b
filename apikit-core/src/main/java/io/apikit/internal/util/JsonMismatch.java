package io.apikit.internal.util;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.exc.StreamReadException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.InvalidDefinitionException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Why a response's JSON is not what a handler expects, in words for the log: where, and which type is expected there.
 * Jackson's own messages quote values and the source, so nothing of them is used. Immutable.
 *
 * @param type what the whole was to be read as
 * @param problem the place and what is wrong with it
 */
public record JsonMismatch(Class<?> type, String problem) {
    private static final Logger log = LoggerFactory.getLogger(JsonMismatch.class);

    /** A name that JSONPath (RFC 9535, section 2.5.1) writes after a dot. */
    private static final Pattern SHORTHAND = Pattern.compile("[\\p{L}_][\\p{L}_0-9]*");

    /**
     * Describes why a text cannot be read as a type.
     *
     * @param failure the mapper's exception; null if it returned null
     */
    public static JsonMismatch of(@Nullable Exception failure, String json, Class<?> type) {
        if (json.isBlank()) {
            return new JsonMismatch(type, "the body is empty");
        }
        // Javalin's mapper throws a NullPointerException for JSON's null.
        if (failure == null || json.strip().equals("null")) {
            return new JsonMismatch(type, "the value is null");
        }
        return new JsonMismatch(type, described(failure));
    }

    /** Logs it, for the response that the JSON is from. */
    public void log(int status, String contentType) {
        log.warn(
                "The JSON of a response of the backend, with status {} and Content-Type '{}', does not fit {}: {}.",
                status,
                LogText.of(contentType),
                type.getTypeName(),
                LogText.of(problem));
    }

    /** The outermost exception with a path has the whole path; the innermost of Jackson has the kind of the problem. */
    private static String described(Exception failure) {
        JsonMappingException mapping = null;
        JsonProcessingException cause = null;
        for (Throwable e = failure; e != null; e = e.getCause()) {
            if (mapping == null && e instanceof JsonMappingException outermost) {
                mapping = outermost;
            }
            if (e instanceof JsonProcessingException jackson) {
                cause = jackson;
            }
        }
        if (cause == null) {
            return "the mapper throws " + failure.getClass().getName();
        }
        return '$' + path(mapping, cause) + ' ' + problem(cause);
    }

    private static String path(@Nullable JsonMappingException mapping, JsonProcessingException cause) {
        var path = new StringBuilder();
        if (cause instanceof StreamReadException read && read.getProcessor() != null) {
            // The path of a mapping exception lacks the elements of lists and maps here.
            append(certain(read), path);
        } else if (mapping != null) {
            mapping.getPath().forEach(step -> append(step.getFieldName(), step.getIndex(), path));
        }
        return path.toString();
    }

    /** Without the last name if the text is no JSON: where a quote is missing, a value is read as a part of it. */
    private static JsonStreamContext certain(StreamReadException e) {
        var context = e.getProcessor().getParsingContext();
        var parent = context.getParent();
        boolean isJson = e instanceof InputCoercionException;
        return isJson || parent == null || !context.inObject() ? context : parent;
    }

    private static void append(JsonStreamContext context, StringBuilder path) {
        var parent = context.getParent();
        if (parent != null) {
            append(parent, path);
            if (context.hasCurrentName() || context.inArray()) {
                append(context.getCurrentName(), context.getCurrentIndex(), path);
            }
        }
    }

    private static void append(@Nullable String name, int index, StringBuilder path) {
        if (name == null) {
            path.append('[').append(index).append(']');
        } else if (SHORTHAND.matcher(name).matches()) {
            path.append('.').append(name);
        } else {
            path.append("['").append(name).append("']");
        }
    }

    private static String problem(JsonProcessingException e) {
        if (e instanceof UnrecognizedPropertyException) {
            return "is a field that the type does not have";
        }
        if (e instanceof MismatchedInputException mismatch && mismatch.getTargetType() != null) {
            return "is not of the type expected, " + mismatch.getTargetType().getTypeName();
        }
        if (e instanceof InputCoercionException coercion && coercion.getTargetType() != null) {
            return "is out of the range of the type expected, "
                    + coercion.getTargetType().getTypeName();
        }
        if (e instanceof InvalidDefinitionException definition && definition.getType() != null) {
            return "is of a type that no JSON can be read as, "
                    + definition.getType().getRawClass().getTypeName();
        }
        if (e instanceof ValueInstantiationException instantiation && instantiation.getType() != null) {
            return "is refused by the constructor of the type expected, "
                    + instantiation.getType().getRawClass().getTypeName();
        }
        if (e instanceof StreamConstraintsException) {
            return "exceeds a limit of the JSON parser" + place(e);
        }
        return e instanceof JsonMappingException ? "cannot be read" + place(e) : "is no JSON" + place(e);
    }

    private static String place(JsonProcessingException e) {
        var at = e.getLocation();
        return at == null ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr();
    }
}
