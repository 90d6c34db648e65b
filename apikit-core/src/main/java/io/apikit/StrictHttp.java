package io.apikit;

import io.apikit.ops.Limits;
import io.javalin.config.JettyConfig;
import org.eclipse.jetty.http.HttpCompliance;

/**
 * Requests are read as RFC 9112 has them and as they were sent, or not at all: where two servers could read the same
 * bytes differently, one of them can be made to take a request for another's.
 */
final class StrictHttp {
    private StrictHttp() {}

    static void demand(JettyConfig jetty, Limits limits) {
        ExactHeaders.demand(jetty);
        jetty.modifyHttpConfiguration(http -> {
            // Jetty's default lets a line end with a bare LF.
            http.setHttpCompliance(HttpCompliance.STRICT);
            http.setRequestHeaderSize(limits.headerBytes());
        });
    }
}
