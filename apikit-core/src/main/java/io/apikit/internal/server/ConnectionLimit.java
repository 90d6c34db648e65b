package io.apikit.internal.server;

import java.util.Locale;

/** A limit whose excess closes a connection. */
enum ConnectionLimit {
    ALL("the service has no room for more connections (limits.connections), and one is closed for each new one"),
    ADDRESS("a connection is refused, since its address has too many (limits.connectionsPerAddress; a proxy needs"
            + " forwardedFor)"),
    HANDSHAKE("a connection is closed, since its TLS handshake took longer than limits.headerTime"),
    HEAD("a connection is closed, since the headers of a request took longer than limits.headerTime"),
    READER("a connection is closed, since its client read more slowly than limits.responseBytesPerSecond");

    private final String reason;

    ConnectionLimit(String reason) {
        this.reason = reason;
    }

    /** Returns the reason, for the log. */
    String reason() {
        return reason;
    }

    /** Returns the name, as a label of a metric. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
