package io.apikit;

import io.apikit.internal.server.ErrorBody;
import io.apikit.internal.server.ErrorResponses;
import io.apikit.internal.server.ErrorShapingResponse;
import io.apikit.internal.server.RequestFault;
import io.apikit.internal.util.LogText;
import io.apikit.internal.util.UnfilledTemplate;
import io.apikit.ops.RequestId;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import io.javalin.router.exception.HttpResponseExceptionMapper;
import io.javalin.validation.ValidationException;
import jakarta.servlet.http.HttpServletResponse;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Maps the exceptions thrown below a handler to responses. */
final class ExceptionMappers {
    private static final Logger log = LoggerFactory.getLogger(ExceptionMappers.class);

    private ExceptionMappers() {}

    /** Maps all exceptions, for an {@link ApiApp}. */
    static void mapAll(RoutesConfig routes) {
        mapBackendErrors(routes);
        routes.exception(HttpResponseException.class, ExceptionMappers::respond);
        routes.exception(ValidationException.class, ExceptionMappers::respond);
        routes.exception(Exception.class, ExceptionMappers::unexpected);
    }

    /** Maps only what requests to a backend throw, for an app that maps other exceptions itself. */
    static void mapBackendErrors(RoutesConfig routes) {
        routes.exception(BackendError.class, ExceptionMappers::respond);
        routes.exception(UnfilledTemplate.class, ExceptionMappers::unexpected);
    }

    /** Logs a Java Error. The error body is made later, of the bare 500 that Javalin sets. */
    static void unexpected(HttpServletResponse response, Error thrown) {
        log.error("request {} failed", response.getHeader(RequestId.HEADER), thrown);
    }

    private static void respond(BackendError error, Context ctx) {
        if (error.statusCode() >= 500) {
            // The message names what failed; the stack trace would add nothing.
            log.warn("request {} failed: {}", RequestId.of(ctx), LogText.of(String.valueOf(error.getMessage())));
        }
        error.headers().forEach(ctx::header);
        ErrorResponses.respond(
                ctx,
                new ErrorBody(
                        error.statusCode(), error.reason(), error.content().orElse(null)));
    }

    private static void respond(HttpResponseException response, Context ctx) {
        if (response.getStatus() < 400) {
            HttpResponseExceptionMapper.INSTANCE.handle(response, ctx);
            return;
        }
        var details = response.getDetails().entrySet().stream().map(entry -> entry.getKey() + ": " + entry.getValue());
        var text = Stream.concat(Stream.ofNullable(response.getMessage()), details)
                .filter(part -> !part.isBlank())
                .collect(Collectors.joining("; "));
        ErrorResponses.respond(ctx, ErrorBody.of(response.getStatus(), text));
    }

    private static void respond(ValidationException invalid, Context ctx) {
        var text = invalid.getErrors().entrySet().stream()
                .flatMap(field -> field.getValue().stream().map(error -> field.getKey() + ": " + error.getMessage()))
                .collect(Collectors.joining("; "));
        ErrorResponses.respond(ctx, ErrorBody.of(400, text));
    }

    /** The caller gets the request id, the log the exception. A request that cannot be read is no exception of the service. */
    private static void unexpected(Exception thrown, Context ctx) {
        var id = RequestId.of(ctx);
        var fault = RequestFault.of(thrown);
        if (fault.isPresent()) {
            log.debug("request {} cannot be read: {}", id, fault.get().status());
        } else if (ErrorShapingResponse.of(ctx)
                .filter(each -> each.isCutOffBy(thrown))
                .isPresent()) {
            log.info("request {} was cut off: the service stops", id);
        } else {
            log.error("request {} failed", id, thrown);
        }
        ErrorResponses.respond(ctx, fault.orElseGet(() -> ErrorBody.of(500, "request id " + id)));
    }
}
