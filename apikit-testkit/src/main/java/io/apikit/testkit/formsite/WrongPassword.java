package io.apikit.testkit.formsite;

/** How the site responds to a wrong password. */
public enum WrongPassword {
    /** The login form again with the status 200, as of Django. */
    FORM_200,
    /** The login form again with the status 401. */
    FORM_401,
    /** The login form again with the status 403, as of JupyterHub. */
    FORM_403,
    /** A redirect to the login page, with a new value of the session cookie, as of Superset. */
    REDIRECT_TO_PAGE,
    /** A redirect to {@code /loginError}, which has the form again with the status 401, as of Jenkins. */
    REDIRECT_TO_ERROR
}
