package io.apikit.auth.internal.oauth2proxy;

import io.apikit.auth.internal.browser.Address;
import io.apikit.auth.internal.browser.LoginPageErrors;

/** Where an oauth2-proxy answers: all below the prefix that its start has, on the backend's origin. */
public record ProxyEndpoints(Address start) {
    /**
     * Finds them from the configured start, a path or an address.
     *
     * @throws io.apikit.BackendError 502 if the start is on another origin: its session cookie would not reach the backend
     */
    public static ProxyEndpoints of(String start, String backend) {
        var address = Address.of(backend).resolve(start);
        if (!address.isAt(backend)) {
            throw LoginPageErrors.broken("the start " + address + " is on another origin than the backend, " + backend
                    + ": a session begun there would not reach it");
        }
        return new ProxyEndpoints(address);
    }

    public String origin() {
        return start.origin();
    }

    Address auth() {
        return at("/auth");
    }

    public boolean isCallback(Address address) {
        return at("/callback").equals(address.withQuery(""));
    }

    /** Whether an address begins a login: the proxy's start, or its sign-in page. */
    boolean isSignIn(Address address) {
        var plain = address.withQuery("");
        return start.equals(plain) || at("/sign_in").equals(plain);
    }

    private Address at(String endpoint) {
        var path = start.path();
        return new Address(start.origin(), path.substring(0, path.lastIndexOf('/')) + endpoint, "");
    }
}
