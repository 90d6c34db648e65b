package io.apikit.testkit.identityprovider;

/**
 * Credentials that were posted to the login form of a {@link FakeIdentityProvider}, right or wrong.
 *
 * @param user the user name as posted, in a login of two steps that of the first; empty if there was none
 * @param password the password as posted
 * @param csrfToken the CSRF token as posted; empty if there was none
 */
public record LoginPost(String user, String password, String csrfToken) {
    /** Returns the user alone, without the secrets. */
    @Override
    public String toString() {
        return "LoginPost[user=" + user + "]";
    }
}
