package io.apikit.auth.internal.oauth2proxy;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The origins to which the backend of a live session redirects, such as a file store. The proxy is asked whether the session
 * lives at the first redirect to an origin, and at one in 32 after that. A backend that redirects at each call would otherwise
 * double the number of requests. Thread-safe.
 */
final class LiveRedirects {
    /** So many redirects after a question are taken for the backend's own. */
    static final int UNASKED = 31;

    /** Redirects to further origins are all asked about. */
    static final int MAX_ORIGINS = 16;

    private final Map<String, AtomicInteger> unasked = new ConcurrentHashMap<>();

    /** Takes one of the redirects to this origin that need no question; returns whether there was one left. */
    boolean take(String origin) {
        var left = unasked.get(origin);
        return left != null && left.getAndUpdate(count -> Math.max(0, count - 1)) > 0;
    }

    /** The proxy has said that the session lives, after a redirect to this origin. */
    void confirm(String origin) {
        var known = unasked.get(origin);
        if (known != null) {
            known.set(UNASKED);
        } else if (unasked.size() < MAX_ORIGINS) {
            unasked.put(origin, new AtomicInteger(UNASKED));
        }
    }

    @Override
    public String toString() {
        return "LiveRedirects" + unasked.keySet();
    }
}
