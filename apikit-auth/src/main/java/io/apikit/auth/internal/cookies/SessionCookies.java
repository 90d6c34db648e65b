package io.apikit.auth.internal.cookies;

import io.apikit.auth.internal.browser.Address;
import io.apikit.auth.internal.browser.CookieJar;
import io.apikit.auth.internal.browser.CookieLimits;
import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The cookies that a backend gives one session besides those of its login: a crumb's session, a load balancer's node.
 * Thread-safe.
 *
 * <p>They are kept when the login is renewed, since a node and what it knows of the session go on. If a request with them is
 * rejected before one with them was accepted under the login at hand, they may be the reason: they belong to a session that
 * has ended, or to a node that does not know the new login. They are the only one under a login that cannot be renewed. The
 * cookies of a rejection are not taken: they may be those of a session that nobody is logged in to.
 */
public final class SessionCookies {
    private final CookieJar jar;
    private final String origin;
    private final LongSupplier nanoTime;

    /** The number of the latest login under which a request with these cookies was accepted. */
    private volatile long acceptedUnder;

    private SessionCookies(CookieJar jar, String origin, LongSupplier nanoTime) {
        this.jar = jar;
        this.origin = origin;
        this.nanoTime = nanoTime;
    }

    /**
     * Returns a session's cookies of one backend; there are none yet.
     *
     * @param origin the backend's
     * @param nanoTime monotonic nanoseconds
     */
    public static SessionCookies of(String origin, CookieLimits limits, LongSupplier nanoTime) {
        return new SessionCookies(new CookieJar(from -> from.isAt(origin), limits::refuse), origin, nanoTime);
    }

    /**
     * Returns the request with the cookies that are for its path, before its own. One of its own with the name of such a
     * cookie is left out: the request may have it from a caller.
     *
     * @param path of the request, from the root of the backend's origin
     * @return the same request if there are none
     */
    public BackendRequest addTo(BackendRequest request, String path) {
        return jar.header(address(path), nanoTime.getAsLong())
                .map(ours -> request.replaceHeaders(CookieHeader.joined(ours, request, name -> false)))
                .orElse(request);
    }

    /**
     * Takes the cookies of a response.
     *
     * @param path of the request, from the root of the backend's origin
     * @param isOfLogin whether a cookie of this name belongs to the login, which takes it itself or leaves it
     */
    public void take(String path, BackendResponse response, Predicate<String> isOfLogin) {
        jar.store(address(path), response, nanoTime.getAsLong(), name -> !isOfLogin.test(name));
    }

    /** A request with these cookies was accepted under the login of this number. Reads first: most writes are no news. */
    public void accept(long login) {
        if (acceptedUnder != login) {
            acceptedUnder = login;
        }
    }

    /** Returns whether a request with these cookies was accepted under the login of this number. */
    public boolean isAcceptedUnder(long login) {
        return acceptedUnder == login;
    }

    /** Forgets all cookies. */
    public void clear() {
        jar.clear();
    }

    /** Returns the values of the cookies of a request, which must not be shown. */
    public static Stream<String> values(BackendRequest request) {
        return CookieHeader.of(request.headers()).stream().flatMap(CookieHeader::values);
    }

    private Address address(String path) {
        return new Address(origin, path.isEmpty() ? "/" : path, "");
    }
}
