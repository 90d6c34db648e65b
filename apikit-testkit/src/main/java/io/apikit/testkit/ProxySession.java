package io.apikit.testkit;

import java.time.Instant;

/**
 * One cookie value that the proxy handed out, and what it stands for.
 *
 * @param epoch the count of commanded refreshes when it was made
 */
record ProxySession(String user, String value, Instant made, Instant expires, long epoch) {
    @Override
    public String toString() {
        return "ProxySession[user=" + user + ", expires=" + expires + "]";
    }
}
