package io.apikit.internal.server;

import java.util.HexFormat;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * Refuses a request whose path or query is not percent-encoded. Javalin decodes a path only in its routes, and throws there.
 * It takes a query parameter that it cannot decode for none.
 */
final class TargetSyntaxHandler extends Handler.Wrapper {
    private static final String FAULT =
            "The path or the query has a % that no two hexadecimal digits follow: encode it as %25";

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        var uri = request.getHttpURI();
        if (isEncoded(uri.getPath()) && isEncoded(uri.getQuery())) {
            return super.handle(request, response, callback);
        }
        ErrorResponses.refuse(request, response, callback, ErrorBody.of(400, FAULT));
        return true;
    }

    /** RFC 3986, section 2.1. */
    private static boolean isEncoded(@Nullable String part) {
        if (part == null) {
            return true;
        }
        for (int at = part.indexOf('%'); at >= 0; at = part.indexOf('%', at + 1)) {
            if (at + 2 >= part.length()
                    || !HexFormat.isHexDigit(part.charAt(at + 1))
                    || !HexFormat.isHexDigit(part.charAt(at + 2))) {
                return false;
            }
        }
        return true;
    }
}
