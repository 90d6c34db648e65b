package io.apikit.internal.server;

import io.apikit.internal.caller.SiteOrigins;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Refuses requests that change something and come from a page of another site. A browser that remembers a password for
 * the Basic scheme sends it with them, and CORS only keeps the page from reading the response.
 */
final class CrossSiteHandler extends Handler.Wrapper {
    /** A proxy that replaces {@code Host} leads to this error too. */
    private static final String OTHER_ORIGIN =
            "its Origin is neither its Host, nor the X-Forwarded-Host of a trusted proxy, nor one of allowOrigins";

    private static final String CROSS_SITE = "it has no Origin, and Sec-Fetch-Site: cross-site";

    private final SiteOrigins origins;

    CrossSiteHandler(SiteOrigins origins) {
        this.origins = origins;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        if (isSafe(request) || origins.permit(request)) {
            return super.handle(request, response, callback);
        }
        var why = request.getHeaders().contains(HttpHeader.ORIGIN) ? OTHER_ORIGIN : CROSS_SITE;
        ErrorResponses.refuse(
                request,
                response,
                callback,
                ErrorBody.of(403, "The request comes from a page of another site: " + why));
        return true;
    }

    /** RFC 9110, section 9.2.1. A page can open a WebSocket of any site, and read what it receives. */
    private static boolean isSafe(Request request) {
        return switch (request.getMethod()) {
            case "GET", "HEAD" -> !request.getHeaders().contains(HttpHeader.UPGRADE);
            case "OPTIONS", "TRACE" -> true;
            default -> false;
        };
    }
}
