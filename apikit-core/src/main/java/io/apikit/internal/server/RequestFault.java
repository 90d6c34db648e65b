package io.apikit.internal.server;

import io.apikit.internal.util.UnfilledTemplate;
import jakarta.servlet.ServletException;
import java.io.UnsupportedEncodingException;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.UnsupportedCharsetException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpException;

/**
 * Separates exceptions that a malformed request causes from those of the service. Javalin and Jetty throw general ones where
 * they read a header, a parameter or the body. Whose fault such an exception is shows in the method that threw it.
 */
public final class RequestFault {
    /** Jetty's words for a form that exceeds a limit; its exceptions differ in nothing else. */
    private static final Pattern LIMIT = Pattern.compile("exceeded|too many|larger than", Pattern.CASE_INSENSITIVE);

    private static final Pattern NO_BOUNDARY = Pattern.compile("No multipart boundary");

    /** They only work for the methods that read the request. */
    private static final List<String> BELOW = List.of("java.", "jdk.", "kotlin.", "org.eclipse.jetty.http.");

    /** The beginnings of names of methods that read the request. */
    private static final List<String> READERS = List.of(
            "org.eclipse.jetty.ee10.servlet.ServletApiRequest.get",
            "io.javalin.http.Context.body",
            "io.javalin.http.servlet.JavalinServletContextKt.getBasicAuthCredentials",
            "io.javalin.http.servlet.JavalinServletContextKt.getRequestCharset",
            "io.javalin.http.servlet.JavalinServletContextKt.urlDecode",
            "io.javalin.http.util.CookieStore.deserialize",
            "io.javalin.http.util.SeekableWriter.");

    private RequestFault() {}

    /** Returns the error for the caller; empty if the exception is a fault of the service. */
    public static Optional<ErrorBody> of(Exception thrown) {
        if (thrown instanceof UnfilledTemplate) {
            return Optional.of(ErrorBody.of(400, thrown.getMessage()));
        }
        // The exceptions of the form parser are wrapped.
        var first = thrown instanceof ServletException && thrown.getCause() != null ? thrown.getCause() : thrown;
        if (first instanceof HttpException failure && failure.getCode() >= 400) {
            return Optional.of(unreadable(failure, first));
        }
        return isOfReader(thrown) ? Optional.of(malformed(thrown)) : Optional.empty();
    }

    /**
     * Returns the error of a request that could not be read. Jetty's form parser makes a 400 of every failure. It may
     * be caused by a form or a file that is too large, or by an error of the body's own limits.
     */
    private static ErrorBody unreadable(HttpException failure, Throwable thrown) {
        for (var cause = thrown.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof HttpException limit && limit.getCode() != 400) {
                return ErrorBody.of(limit.getCode(), limit.getReason());
            }
            if (cause instanceof IllegalStateException && has(cause, LIMIT)) {
                return ErrorBody.of(413, null);
            }
            if (cause instanceof IllegalStateException && has(cause, NO_BOUNDARY)) {
                return ErrorBody.of(400, "The Content-Type of the multipart form has no boundary");
            }
        }
        return ErrorBody.of(failure.getCode(), failure.getReason());
    }

    private static boolean has(Throwable cause, Pattern text) {
        return cause.getMessage() != null && text.matcher(cause.getMessage()).find();
    }

    private static boolean isOfReader(Exception thrown) {
        var isGeneral = thrown instanceof IllegalArgumentException
                || thrown instanceof IndexOutOfBoundsException
                || thrown instanceof UnsupportedEncodingException;
        return isGeneral
                && Arrays.stream(thrown.getStackTrace())
                        .map(frame -> frame.getClassName() + '.' + frame.getMethodName())
                        .filter(method -> BELOW.stream().noneMatch(method::startsWith))
                        .findFirst()
                        .filter(method -> READERS.stream().anyMatch(method::startsWith))
                        .isPresent();
    }

    private static ErrorBody malformed(Exception thrown) {
        var isCharset = thrown instanceof UnsupportedCharsetException
                || thrown instanceof IllegalCharsetNameException
                || thrown instanceof UnsupportedEncodingException;
        return isCharset
                ? ErrorBody.of(415, "The charset in the Content-Type is not known")
                : ErrorBody.of(400, "A header or a parameter of the request is malformed");
    }
}
