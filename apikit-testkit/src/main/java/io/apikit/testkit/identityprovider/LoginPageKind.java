package io.apikit.testkit.identityprovider;

/** The kind of page that {@link FakeIdentityProvider} shows to a user who has to log in. */
public enum LoginPageKind {
    /** One form with {@code username}, {@code password} and a hidden {@code csrf_token}. The default. */
    STANDARD("username", "csrf_token"),

    /** Two steps: a form with the user name alone, then one with the password alone. */
    USERNAME_FIRST("username", "csrf_token"),

    /**
     * The form of GitHub: {@code login}, {@code password}, a hidden {@code authenticity_token}, and a honeypot. A
     * honeypot is an empty, invisible text field that only robots fill in; the response is then a 422. The page has a
     * search form too.
     */
    WITH_HONEYPOT("login", "authenticity_token"),

    /** A page of status 200 without a login form. */
    NO_FORM("username", "csrf_token"),

    /** The standard form after a comment of 1 MiB. */
    HUGE("username", "csrf_token"),

    /** The standard form without its CSRF token, so that every post gets a 400. */
    CSRF_FIELD_MISSING("username", "csrf_token"),

    /**
     * The standard form. The response has the code in a form with hidden fields, and not in a redirect. The browser
     * posts it to the callback by itself (OAuth 2.0 Form Post Response Mode).
     */
    FORM_POST("username", "csrf_token"),

    /**
     * Dex with two connectors: a page of links to {@code authorize-ldap} and {@code authorize-local}, each of which leads to
     * the standard form. A request with {@code connector_id} shows the form at once.
     */
    CONNECTORS("username", "csrf_token");

    private final String userField;
    private final String csrfField;

    LoginPageKind(String userField, String csrfField) {
        this.userField = userField;
        this.csrfField = csrfField;
    }

    String userField() {
        return userField;
    }

    String csrfField() {
        return csrfField;
    }
}
