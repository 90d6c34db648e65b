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
 * Permits web pages of the allowed origins to call, by the CORS protocol of the Fetch standard. A preflight gets its
 * response here, before any handler that would require credentials, which a browser does not send with it. It permits
 * all methods, whichever the path has: the request itself gets a 405.
 *
 * <p>Jetty's {@code CrossOriginHandler} does not replace it; three tests of CorsHandlerTest fail with it. In
 * anAllowedPageReadsAnswersAndErrors, an error that the servlet sends has lost the headers. In
 * aPreflightIsAnsweredBeforeTheAppAsksForCredentials, the status is 200 and the headers that the page may send are a
 * fixed list. In anotherPageIsServedButMayNotRead, an {@code Origin} with an allowed and another origin is allowed.
 */
final class CorsHandler extends Handler.Wrapper {
    private static final String METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE";
    private static final Pattern NAMES = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~, -]{1,2048}");
    private static final String PREFLIGHT_SECONDS = "600";

    /** The headers that a script may read in addition to the few that the standard always permits. */
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

    /** Adds the headers to a response, also to an error. They replace those that a backend may have sent. */
    static void addHeaders(String origin, HttpFields.Mutable headers) {
        ErrorResponses.addVary(headers, HttpHeader.ORIGIN);
        if (!origin.isEmpty()) {
            headers.put(HttpHeader.ACCESS_CONTROL_ALLOW_ORIGIN, origin);
            headers.put(HttpHeader.ACCESS_CONTROL_ALLOW_CREDENTIALS, "true");
            headers.put(HttpHeader.ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
        }
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        var origin = origins.of(request).orElse("");
        ErrorShapingResponse.of(request).ifPresent(shaping -> shaping.allowOrigin(origin));
        if (!isPreflight(request)) {
            return super.handle(request, response, callback);
        }
        if (!origin.isEmpty()) {
            permit(request, response.getHeaders());
        }
        ErrorShapingResponse.of(request).ifPresent(ErrorShapingResponse::markShared);
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

    /** Permits the headers that the page names: with credentials, a wildcard would be a header of that name. */
    private static void permit(Request request, HttpFields.Mutable headers) {
        headers.put(HttpHeader.ACCESS_CONTROL_ALLOW_METHODS, METHODS);
        headers.put(HttpHeader.ACCESS_CONTROL_MAX_AGE, PREFLIGHT_SECONDS);
        var requested =
                String.join(", ", request.getHeaders().getValuesList(HttpHeader.ACCESS_CONTROL_REQUEST_HEADERS));
        if (NAMES.matcher(requested).matches()) {
            headers.put(HttpHeader.ACCESS_CONTROL_ALLOW_HEADERS, requested);
            ErrorResponses.addVary(headers, HttpHeader.ACCESS_CONTROL_REQUEST_HEADERS);
        }
    }
}
