package io.apikit.internal.server;

import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.server.ConnectionMetaData;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Limits the length of the headers where Jetty allows more: on a connector with HTTP/2. There, Jetty's own limit ends
 * the connection with all its streams.
 */
final class HeadLimitHandler extends Handler.Wrapper {
    /** What a header counts besides its name and value: by RFC 9113, section 6.5.2, and in HTTP/1.1. */
    private static final int HTTP_2_OVERHEAD = 32;

    private static final int HTTP_1_OVERHEAD = ": \r\n".length();

    private final int most;

    HeadLimitHandler(int most) {
        this.most = most;
    }

    /** An author who sets Jetty's limit has the headers that it allows. */
    private boolean isRaised(ConnectionMetaData connection) {
        return connection.getHttpConfiguration().getRequestHeaderSize() == 2 * most
                && ServerSettings.speaksHttp2(connection.getConnector());
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        var connection = request.getConnectionMetaData();
        if (!isRaised(connection)) {
            return super.handle(request, response, callback);
        }
        var overhead = connection.getHttpVersion() == HttpVersion.HTTP_2 ? HTTP_2_OVERHEAD : HTTP_1_OVERHEAD;
        var line = request.getMethod().length()
                + request.getHttpURI().getPathQuery().length()
                + 2 * overhead;
        if (line > most) {
            ErrorResponses.refuse(request, response, callback, ErrorBody.of(HttpStatus.URI_TOO_LONG_414, null));
            return true;
        }
        long length = line;
        for (var field : request.getHeaders()) {
            var value = field.getValue();
            length += field.getName().length() + (value == null ? 0 : value.length()) + overhead;
        }
        if (length > most) {
            var error = ErrorBody.of(HttpStatus.REQUEST_HEADER_FIELDS_TOO_LARGE_431, null);
            ErrorResponses.refuse(request, response, callback, error);
            return true;
        }
        return super.handle(request, response, callback);
    }
}
