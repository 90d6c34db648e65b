package io.apikit.auth.internal.formlogin;

import io.apikit.auth.internal.browser.Address;
import io.apikit.auth.internal.browser.LoginPageErrors;

/**
 * Where the site of a login is. Immutable.
 *
 * @param settings the chosen options
 * @param origin the backend's origin
 * @param prefix the path of the base URL, without a slash at its end; empty if there is none
 * @param page the address of the login page
 */
record FormSite(FormSettings settings, String origin, String prefix, Address page) {
    /**
     * Returns the site of a backend.
     *
     * @throws io.apikit.BackendError 502 if the login page is on another origin
     */
    static FormSite of(FormSettings settings, String origin, String prefix) {
        return new FormSite(settings, origin, prefix, resolved(origin, prefix, "page", settings.page()));
    }

    /** Returns the address of a request to the site, by its path below the base URL. */
    Address at(String path) {
        return new Address(origin, prefix + path, "");
    }

    /**
     * Returns the address that an option names.
     *
     * @throws io.apikit.BackendError 502 if it is on another origin
     */
    Address address(String option, String pathOrUri) {
        return resolved(origin, prefix, option, pathOrUri);
    }

    private static Address resolved(String origin, String prefix, String option, String pathOrUri) {
        var address = Address.of(origin).resolve(pathOrUri.startsWith("/") ? prefix + pathOrUri : pathOrUri);
        if (!address.isAt(origin)) {
            throw LoginPageErrors.broken(
                    option + " of the form login is on another origin than the backend, " + origin + ": " + address);
        }
        return address;
    }

    /** Returns whether an address is that of the login page, with any query. A slash at the end does not count. */
    boolean isPage(Address address) {
        return address.isAt(origin) && withoutSlash(address.path()).equals(withoutSlash(page.path()));
    }

    private static String withoutSlash(String path) {
        return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }
}
