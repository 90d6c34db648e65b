package io.apikit.testkit.formsite;

/** How the site responds to a request whose session has ended or never began. */
public enum EndedSession {
    /** A redirect to the login page with the status 302, as of Django, Superset and Grafana. */
    REDIRECT,
    /** The status 401 with a text. */
    STATUS_401,
    /** The login page in place of the data, with the status 200. */
    PAGE_200,
    /** The login page in place of the data, with the status 403, as of JupyterHub. */
    PAGE_403,
    /** A page with the status 403 that goes on to the login page by itself, as of Jenkins. */
    REFRESH_403,
    /** The status 403 with a JSON object and no other sign, as of the API of JupyterHub. */
    STATUS_403
}
