package io.apikit.internal.server;

import io.apikit.internal.health.Probes;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Shortly before an app stops listening, closes each connection that is in use together with a response, so that its
 * client loses no request.
 */
final class ConnectionDraining extends Handler.Wrapper {
    private final Probes probes;

    ConnectionDraining(Probes probes) {
        this.probes = probes;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        if (probes.isDraining() && request.getConnectionMetaData().getHttpVersion() == HttpVersion.HTTP_1_1) {
            response.getHeaders().put(HttpHeader.CONNECTION, "close");
        }
        return super.handle(request, response, callback);
    }
}
