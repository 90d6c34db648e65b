package io.apikit.http;

import org.apache.hc.client5.http.protocol.HttpClientContext;

/** How far one exchange has come on the wire, and who watches it there. Used by one thread. */
final class WireContext extends HttpClientContext {
    private final Watchdog watchdog;
    private boolean sent;
    private boolean unansweredOnReused;

    WireContext(Watchdog watchdog) {
        this.watchdog = watchdog;
    }

    Watchdog watchdog() {
        return watchdog;
    }

    void sends(boolean onReused) {
        sent = true;
        unansweredOnReused |= onReused;
    }

    void answered() {
        unansweredOnReused = false;
    }

    /** Whether any byte of the request may have reached the backend. */
    boolean wasSent() {
        return sent;
    }

    /** Whether it went out on a connection that others went out on before, and the head of its answer never came. */
    boolean wasUnansweredOnReused() {
        return unansweredOnReused;
    }
}
