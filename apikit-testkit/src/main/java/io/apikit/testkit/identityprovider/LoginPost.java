package io.apikit.testkit.identityprovider;

/**
 * Credentials that were posted to the login form of a {@link FakeIdentityProvider}, right or wrong. Prints as the user
 * alone.
 *
 * @param user the user name as posted; in a two-step login the one of the first step; empty if there was none
 * @param password the password as posted
 * @param csrfToken the CSRF token as posted, empty if there was none
 */
public record LoginPost(String user, String password, String csrfToken) {
    @Override
    public String toString() {
        return "LoginPost[user=" + user + "]";
    }
}
