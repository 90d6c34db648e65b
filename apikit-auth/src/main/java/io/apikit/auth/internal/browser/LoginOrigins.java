package io.apikit.auth.internal.browser;

import java.util.HashSet;
import java.util.Set;

/**
 * The origins that a login may visit: the backend, the identity provider that its proxy names, and those that the
 * author allows. Mutable, for one login.
 */
public final class LoginOrigins {
    private final Set<String> origins = new HashSet<>();

    /** Allows the backend's origin and these. */
    public LoginOrigins(String backend, Set<String> more) {
        origins.add(backend);
        origins.addAll(more);
    }

    /**
     * Allows the origin that the proxy names as the identity provider's.
     *
     * @throws io.apikit.BackendError 502 if it is reached over plain http and is not this machine
     */
    public void allowProvider(Address provider) {
        if (!origins.contains(provider.origin()) && !provider.isHttps() && !provider.isLoopback()) {
            throw LoginPageErrors.broken("the identity provider " + provider.origin()
                    + " is reached over plain http; if that is meant, allow it with allowOrigin");
        }
        origins.add(provider.origin());
    }

    /** Returns whether the login may visit an address. */
    boolean allows(Address address) {
        return origins.contains(address.origin());
    }

    /**
     * Checks a step from one page to the next.
     *
     * @throws io.apikit.BackendError 502 if the step is not allowed
     */
    void check(Address from, PageRequest step) {
        var to = step.address();
        if (from.isHttps() && !to.isHttps()) {
            throw LoginPageErrors.broken(from + " leads from https to plain http, to " + to.origin());
        }
        if (!origins.contains(to.origin())) {
            throw LoginPageErrors.broken(from + " leads to " + to.origin()
                    + ", which is not allowed; if it is an identity provider's, allow it with allowOrigin");
        }
        if (step.hasCredentials() && !to.isAt(from.origin())) {
            throw LoginPageErrors.broken(from + " wants the credentials carried to another origin, " + to.origin());
        }
    }
}
