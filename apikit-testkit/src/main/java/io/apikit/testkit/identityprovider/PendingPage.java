package io.apikit.testkit.identityprovider;

/**
 * A page that was shown, and whose form has not been posted yet.
 *
 * @param browser the cookie of the browser that it was shown to
 * @param user the user who logs in; empty before the first step
 * @param byPassword whether the login began with a password, and not by single sign-on
 */
record PendingPage(String browser, AuthorizationRequest request, LoginStep step, String user, boolean byPassword) {
    PendingPage of(String name) {
        return new PendingPage(browser, request, step, name, byPassword);
    }

    PendingPage at(LoginStep next) {
        return new PendingPage(browser, request, next, user, byPassword);
    }
}
