package io.apikit.testkit.identityprovider;

/** What {@link FakeIdentityProvider} shows to somebody who has to log in. */
public enum LoginPageKind {
    /** One form: {@code username}, {@code password}, a hidden {@code csrf_token}. The default. */
    STANDARD("username", "csrf_token"),

    /** Two steps: a form that asks for the user name only, then one that asks for the password only. */
    USERNAME_FIRST("username", "csrf_token"),

    /**
     * As GitHub has it: {@code login}, {@code password}, a hidden {@code authenticity_token}, a search form beside it,
     * and an honeypot, an empty invisible text field that only robots fill: whoever fills it is answered 422.
     */
    WITH_HONEYPOT("login", "authenticity_token"),

    /** A page of status 200 that is no login form at all. */
    NO_FORM("username", "csrf_token"),

    /** The standard form behind a comment of 1 MiB. */
    HUGE("username", "csrf_token"),

    /** The standard form without its CSRF token, so that whatever is posted is answered 400. */
    CSRF_FIELD_MISSING("username", "csrf_token"),

    /**
     * The standard form; afterwards the code travels in a page with an all-hidden form that a browser posts to the
     * callback by itself (OAuth 2.0 Form Post Response Mode) and not in a redirect.
     */
    FORM_POST("username", "csrf_token");

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
