package io.apikit.auth.internal.oauth2proxy;

import io.apikit.auth.internal.browser.Address;
import io.apikit.auth.internal.browser.LoginPageErrors;
import java.util.List;

/**
 * The endpoints of an oauth2-proxy: on the backend's origin, below the prefix of its start. Immutable.
 *
 * @param start the address where a login starts
 */
public record ProxyEndpoints(Address start) {
    /**
     * Returns the endpoints for a configured start.
     *
     * @param start a path or an address
     * @param backend the backend's origin
     * @throws io.apikit.BackendError 502 if the start is on another origin: its session cookie would not be sent to the
     *     backend
     */
    public static ProxyEndpoints of(String start, String backend) {
        var address = Address.of(backend).resolve(start);
        if (!address.isAt(backend)) {
            throw LoginPageErrors.broken("the start " + address + " is on another origin than the backend, " + backend
                    + ": a session begun there would not reach it");
        }
        return new ProxyEndpoints(address);
    }

    /** Returns the proxy's origin, which is the backend's. */
    public String origin() {
        return start.origin();
    }

    Address auth() {
        return at("/auth");
    }

    /** Whether an address is the proxy's callback, with any query. */
    public boolean isCallback(Address address) {
        return at("/callback").equals(plain(address));
    }

    /** Whether an address is the proxy's start or its sign-in page, with any query. */
    boolean isSignIn(Address address) {
        var plain = plain(address);
        return start.equals(plain) || at("/sign_in").equals(plain);
    }

    /** Returns what the address of a sign-in contains: the last part of the start's path, or of the sign-in page's. */
    List<String> signs() {
        return List.of(start.path().substring(start.path().lastIndexOf('/')), "/sign_in");
    }

    /** The proxy serves the same page at a path with two slashes. */
    private static Address plain(Address address) {
        return new Address(address.origin(), address.path().replaceAll("/{2,}", "/"), "");
    }

    private Address at(String endpoint) {
        var path = start.path();
        return new Address(start.origin(), path.substring(0, path.lastIndexOf('/')) + endpoint, "");
    }
}
