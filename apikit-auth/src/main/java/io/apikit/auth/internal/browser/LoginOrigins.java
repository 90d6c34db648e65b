package io.apikit.auth.internal.browser;

import java.util.HashSet;
import java.util.Set;

/** Where a login may go: the backend, the identity provider that its proxy named, and what the operator allowed. */
public final class LoginOrigins {
    private final Set<String> origins = new HashSet<>();

    public LoginOrigins(String backend, Set<String> more) {
        origins.add(backend);
        origins.addAll(more);
    }

    /** Takes the origin that the proxy named: over https only, or on this machine. */
    public void allowProvider(Address provider) {
        if (!origins.contains(provider.origin()) && !provider.isHttps() && !provider.isLoopback()) {
            throw LoginPageErrors.broken("the identity provider " + provider.origin()
                    + " is reached over plain http; if that is meant, allow it with allowOrigin");
        }
        origins.add(provider.origin());
    }

    /** @throws io.apikit.BackendError 502 if this step must not be taken */
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
