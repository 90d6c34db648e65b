package io.apikit.auth.internal.browser;

import java.util.HashSet;
import java.util.Set;

/**
 * The origins that a login may visit: the backend's own, the identity provider that its proxy names, and those that the
 * author allows. Also says which pages may be filled in, and where a form with the credentials may be sent. Mutable, for
 * one login.
 */
public final class LoginOrigins {
    private final Own own;
    private final Set<String> named;
    private final Set<String> visited = new HashSet<>();

    /** What belongs to the backend, whose pages get no password. Thread-safe. */
    public interface Own {
        /** Returns whether an address is on an origin of the backend, or of what stands before it. */
        boolean has(Address address);

        /** Returns whether a page of these origins is one that the author has named as a login page. */
        boolean isLoginPage(Address address);

        /** Returns what an author can do about a page that gets no password, for an error. Default: nothing. */
        default String advice(Address page) {
            return "";
        }

        /** Returns what an author can do about an origin that is not allowed, for an error. */
        default String adviceOnOrigins() {
            return "; if it is an identity provider's, allow it with allowOrigin";
        }

        /** Returns the address by which a browser would know this one. Default: the address itself. */
        default Address known(Address address) {
            return address;
        }
    }

    /** Allows the origins of the backend and these. A form with the credentials may be sent to these from other origins. */
    public LoginOrigins(Own own, Set<String> named) {
        this.own = own;
        this.named = Set.copyOf(named);
        visited.addAll(named);
    }

    /** Allows the backend's origin, where no page may be filled in, and these. */
    public LoginOrigins(String backend, Set<String> named) {
        this(
                new Own() {
                    @Override
                    public boolean has(Address address) {
                        return address.isAt(backend);
                    }

                    @Override
                    public boolean isLoginPage(Address address) {
                        return false;
                    }
                },
                named);
    }

    /**
     * Allows the origin that the proxy names as the identity provider's.
     *
     * @throws io.apikit.BackendError 502 if it is reached over plain http and is not this machine
     */
    public void allowProvider(Address provider) {
        if (!allows(provider) && !provider.isHttps() && !provider.isLoopback()) {
            throw LoginPageErrors.broken("the identity provider " + provider.origin()
                    + " is reached over plain http; if that is meant, allow it with allowOrigin");
        }
        visited.add(provider.origin());
    }

    /** Returns whether the login may visit an address. */
    boolean allows(Address address) {
        return own.has(address) || visited.contains(address.origin());
    }

    /**
     * Returns whether the credentials may be filled in on a page of this address: on an allowed origin, and of the backend's
     * own pages only on those that are login pages.
     */
    public boolean mayBeFilled(Address page) {
        return own.has(page) ? own.isLoginPage(page) : visited.contains(page.origin());
    }

    /**
     * Returns whether a form with the credentials may be sent from this page to this address: on the page's origin, or on
     * another one that the author has allowed by name. On the backend's own origins both must be login pages.
     */
    public boolean maySubmit(Address page, Address action) {
        var to = own.known(action);
        if (own.has(page) || own.has(to)) {
            return to.isAt(page.origin()) && own.isLoginPage(page) && own.isLoginPage(to);
        }
        return to.isAt(page.origin()) || named.contains(to.origin());
    }

    /** Returns what an author can do about a page that gets no password, for an error. */
    String advice(Address page) {
        return own.has(page) ? own.advice(page) : "";
    }

    /** Returns the step to the address by which a browser would know its target. */
    PageRequest known(PageRequest step) {
        return step.to(own.known(step.address()));
    }

    /**
     * Checks a redirect. It never carries the credentials to another origin, nor where no form with them may be sent.
     *
     * @throws io.apikit.BackendError 502 if the step is not allowed
     */
    void checkRedirect(Address from, PageRequest step) {
        check(from, step);
        if (step.hasCredentials() && !(step.address().isAt(from.origin()) && maySubmit(from, step.address()))) {
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
        if (!allows(to)) {
            throw LoginPageErrors.broken(
                    from + " leads to " + to.origin() + ", which is not allowed" + own.adviceOnOrigins());
        }
    }

    private RuntimeException carried(Address from, PageRequest step) {
        var to = step.address();
        if (own.has(to)) {
            return LoginPageErrors.broken(from + " wants the credentials carried to " + to
                    + ", which is no login page of its origin" + own.advice(to));
        }
        return LoginPageErrors.broken(from + " wants the credentials carried to another origin, " + to.origin()
                + "; a form of another origin may get them if allowOrigin names that");
    }
}
