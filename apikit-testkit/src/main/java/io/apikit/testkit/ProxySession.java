package io.apikit.testkit;

import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One cookie value that the proxy handed out, and what it stands for.
 *
 * @param epoch the count of commanded refreshes when it was made
 * @param redeemed whether its refresh token has been used
 */
record ProxySession(String user, String value, Instant made, Instant expires, long epoch, AtomicBoolean redeemed) {
    @Override
    public String toString() {
        return "ProxySession[user=" + user + ", expires=" + expires + "]";
    }
}
