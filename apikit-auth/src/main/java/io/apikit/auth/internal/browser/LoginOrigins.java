package io.apikit.auth.internal.browser;

import java.util.HashSet;
import java.util.Set;

/**
 * The origins that a login may visit: the backend, the identity provider that its proxy names, and those that the
 * author allows. Also says which pages may be filled in, and where a form with the credentials may be sent. Mutable, for
 * one login.
 */
public final class LoginOrigins {
    private final String backend;
    private final Set<String> origins = new HashSet<>();

    /** Allows the backend's origin and these. */
    public LoginOrigins(String backend, Set<String> more) {
        this.backend = backend;
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

    /** Returns whether the credentials may be filled in on a page of this address: on an allowed origin, not the backend's. */
    public boolean mayBeFilled(Address page) {
        return origins.contains(page.origin()) && !page.isAt(backend);
    }

    /** Returns whether a form with the credentials may be sent from this page to this address: on the page's origin. */
    public boolean maySubmit(Address page, Address action) {
        return action.isAt(page.origin());
    }

    /** Returns whether the login may visit an address. */
    boolean allows(Address address) {
        return origins.contains(address.origin());
    }

    /**
     * Checks a redirect. It never carries the credentials to another origin, nor where no form with them may be sent.
     *
     * @throws io.apikit.BackendError 502 if the step is not allowed
     */
    void checkRedirect(Address from, PageRequest step) {
        check(from, step);
        if (step.hasCredentials()
                && !(step.address().isAt(from.origin()) && maySubmit(from, step.address()))) {
            throw carried(from, step);
        }
    }

    /**
     * Checks the submission of a form.
     *
     * @param from the address of the form's page
     * @throws io.apikit.BackendError 502 if the step is not allowed
     */
    void checkForm(Address from, PageRequest step) {
        check(from, step);
        if (step.hasCredentials() && !(mayBeFilled(from) && maySubmit(from, step.address()))) {
            throw carried(from, step);
        }
    }

    private void check(Address from, PageRequest step) {
        var to = step.address();
        if (from.isHttps() && !to.isHttps()) {
            throw LoginPageErrors.broken(from + " leads from https to plain http, to " + to.origin());
        }
        if (!origins.contains(to.origin())) {
            throw LoginPageErrors.broken(from + " leads to " + to.origin()
                    + ", which is not allowed; if it is an identity provider's, allow it with allowOrigin");
        }
    }

    private static RuntimeException carried(Address from, PageRequest step) {
        var to = step.address();
        var where = to.isAt(from.origin()) ? "to " + to : "to another origin, " + to.origin();
        return LoginPageErrors.broken(from + " wants the credentials carried " + where);
    }
}
