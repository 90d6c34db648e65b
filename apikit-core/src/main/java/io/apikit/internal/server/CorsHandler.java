package io.apikit.internal.server;

import io.apikit.internal.caller.CorsOrigins;
import io.apikit.ops.RequestId;
import java.util.Optional;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;

/**
 * Lets pages of the allowed origins call (the Fetch standard's CORS protocol). Preflights are answered here, before
 * anything that would ask for the credentials which a browser does not send with them; which methods a path has, the
 * request itself will tell.
 */
final class CorsHandler extends Handler.Wrapper {
    private static final String METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE";
    private static final Pattern NAMES = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~, -]{1,2048}");
    private static final String PREFLIGHT_SECONDS = "600";

    /** What a script may read beside the few that it always may. */
    private static final String EXPOSED = String.join(
            ", ",
            RequestId.HEADER,
            "Retry-After",
            "RateLimit",
            "RateLimit-Policy",
            "WWW-Authenticate",
            "Location",
            "ETag",
            "Content-Disposition");

    private final CorsOrigins origins;

    private CorsHandler(CorsOrigins origins) {
        this.origins = origins;
    }

    /** Returns a handler for these origins; empty if there are none. */
    static Optional<CorsHandler> create(CorsOrigins origins) {
        return origins.isNone() ? Optional.empty() : Optional.of(new CorsHandler(origins));
    }

    /** Also to an answer that is an error; it replaces what a backend may have said. */
    static void allow(String origin, HttpFields.Mutable headers) {
        ErrorResponses.vary(headers, HttpHeader.ORIGIN);
        if (!origin.isEmpty()) {
            headers.put(HttpHeader.ACCESS_CONTROL_ALLOW_ORIGIN, origin);
            headers.put(HttpHeader.ACCESS_CONTROL_ALLOW_CREDENTIALS, "true");
            headers.put(HttpHeader.ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
        }
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        var origin = origins.of(request).orElse("");
        ErrorShapingResponse.of(request).ifPresent(exchange -> exchange.allow(origin));
        if (!isPreflight(request)) {
            return super.handle(request, response, callback);
        }
        if (!origin.isEmpty()) {
            permit(request, response.getHeaders());
        }
        ErrorShapingResponse.of(request).ifPresent(ErrorShapingResponse::forAll);
        response.setStatus(204);
        response.write(true, BufferUtil.EMPTY_BUFFER, callback);
        return true;
    }

    private static boolean isPreflight(Request request) {
        var headers = request.getHeaders();
        return request.getMethod().equals("OPTIONS")
                && headers.contains(HttpHeader.ORIGIN)
                && headers.contains(HttpHeader.ACCESS_CONTROL_REQUEST_METHOD);
    }

    /** The headers it asks for: with credentials a wildcard would mean a header of that name. */
    private static void permit(Request request, HttpFields.Mutable headers) {
        headers.put(HttpHeader.ACCESS_CONTROL_ALLOW_METHODS, METHODS);
        headers.put(HttpHeader.ACCESS_CONTROL_MAX_AGE, PREFLIGHT_SECONDS);
        var asked = String.join(", ", request.getHeaders().getValuesList(HttpHeader.ACCESS_CONTROL_REQUEST_HEADERS));
        if (NAMES.matcher(asked).matches()) {
            headers.put(HttpHeader.ACCESS_CONTROL_ALLOW_HEADERS, asked);
            ErrorResponses.vary(headers, HttpHeader.ACCESS_CONTROL_REQUEST_HEADERS);
        }
    }
}
