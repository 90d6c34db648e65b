package io.apikit;

import io.apikit.internal.server.ErrorBody;
import io.apikit.internal.server.ErrorResponses;
import io.apikit.internal.util.LogText;
import io.apikit.ops.RequestId;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import io.javalin.router.exception.HttpResponseExceptionMapper;
import io.javalin.validation.ValidationException;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletResponse;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.jetty.http.HttpException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What becomes of the exceptions thrown below a handler. */
final class ExceptionMappers {
    private static final Logger LOG = LoggerFactory.getLogger(ExceptionMappers.class);

    private ExceptionMappers() {}

    /** Maps all of them, for an app that is ours. */
    static void mapAll(RoutesConfig routes) {
        mapBackendErrors(routes);
        routes.exception(HttpResponseException.class, ExceptionMappers::answer);
        routes.exception(ValidationException.class, ExceptionMappers::answer);
        routes.exception(Exception.class, ExceptionMappers::unexpected);
    }

    /** Maps only our own exception, for an app that answers the others in its own way. */
    static void mapBackendErrors(RoutesConfig routes) {
        routes.exception(BackendError.class, ExceptionMappers::answer);
    }

    /** A Java Error is logged here; the exchange makes the answer from the bare 500 that Javalin sets. */
    static void unexpected(HttpServletResponse response, Error thrown) {
        LOG.error("request {} failed", response.getHeader(RequestId.HEADER), thrown);
    }

    private static void answer(BackendError error, Context ctx) {
        if (error.statusCode() >= 500) {
            // The line says what failed; our stack would say no more.
            LOG.warn("request {} failed: {}", RequestId.of(ctx), LogText.of(String.valueOf(error.getMessage())));
        }
        error.headers().forEach(ctx::header);
        ErrorResponses.give(
                ctx,
                new ErrorBody(
                        error.statusCode(), error.reason(), error.content().orElse(null)));
    }

    private static void answer(HttpResponseException response, Context ctx) {
        if (response.getStatus() < 400) {
            HttpResponseExceptionMapper.INSTANCE.handle(response, ctx);
            return;
        }
        var details = response.getDetails().entrySet().stream().map(entry -> entry.getKey() + ": " + entry.getValue());
        var said = Stream.concat(Stream.ofNullable(response.getMessage()), details)
                .filter(text -> !text.isBlank())
                .collect(Collectors.joining("; "));
        ErrorResponses.give(ctx, ErrorBody.of(response.getStatus(), said));
    }

    private static void answer(ValidationException invalid, Context ctx) {
        var said = invalid.getErrors().entrySet().stream()
                .flatMap(field -> field.getValue().stream().map(error -> field.getKey() + ": " + error.getMessage()))
                .collect(Collectors.joining("; "));
        ErrorResponses.give(ctx, ErrorBody.of(400, said));
    }

    /** The caller learns where to ask, the log what happened. */
    private static void unexpected(Exception thrown, Context ctx) {
        // What a form's reader throws is wrapped.
        var first = thrown instanceof ServletException && thrown.getCause() != null ? thrown.getCause() : thrown;
        if (first instanceof HttpException refused && refused.getCode() >= 400) {
            ErrorResponses.give(
                    ctx,
                    isOverItsLimit(first)
                            ? ErrorBody.of(413, null)
                            : ErrorBody.of(refused.getCode(), refused.getReason()));
            return;
        }
        var id = RequestId.of(ctx);
        LOG.error("request {} failed", id, thrown);
        ErrorResponses.give(ctx, ErrorBody.of(500, "request id " + id));
    }

    /** So Jetty says that a form, or a file in it, is too large: a 400 for a state that it does not want to be in. */
    private static boolean isOverItsLimit(Throwable refused) {
        var cause = refused.getCause();
        return cause != null && (cause instanceof IllegalStateException || isOverItsLimit(cause));
    }
}
