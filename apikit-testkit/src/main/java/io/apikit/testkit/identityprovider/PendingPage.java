package io.apikit.testkit.identityprovider;

/**
 * A page that was shown and not yet answered.
 *
 * @param browser the identity provider's cookie it was shown to
 * @param user who it is about; empty before the first step
 * @param byPassword whether a password opened this login, and not single sign-on
 */
record PendingPage(String browser, AuthorizationRequest request, LoginStep step, String user, boolean byPassword) {
    PendingPage of(String somebody) {
        return new PendingPage(browser, request, step, somebody, byPassword);
    }

    PendingPage at(LoginStep next) {
        return new PendingPage(browser, request, next, user, byPassword);
    }
}
