package io.apikit;

import io.javalin.config.JettyConfig;

/**
 * Headers are read as they were sent. Jetty's default takes one that differs from the connection's last one in case
 * only for that last one: on a connection that a proxy shares between callers, it would be another caller's token.
 */
final class ExactHeaders {
    private ExactHeaders() {}

    static void demand(JettyConfig jetty) {
        jetty.modifyHttpConfiguration(http -> http.setHeaderCacheCaseSensitive(true));
    }
}
