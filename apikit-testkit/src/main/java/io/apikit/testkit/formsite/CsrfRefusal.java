package io.apikit.testkit.formsite;

/** How the site responds to a missing or stale CSRF token. */
public enum CsrfRefusal {
    /** Django's page with the status 403. */
    DJANGO(403, "text/html", "<h1>Forbidden <span>(403)</span></h1><p>CSRF verification failed. Request aborted.</p>"),
    /** Django REST framework's JSON object with the status 403. */
    DJANGO_REST(403, "application/json", "{\"detail\":\"CSRF Failed: CSRF token missing.\"}"),
    /** The page of Flask-WTF with the status 400. */
    FLASK_WTF(400, "text/html", "<title>400 Bad Request</title><p>The CSRF token has expired.</p>"),
    /** The page of Jenkins with the status 403. */
    JENKINS(403, "text/html", "<title>Error 403</title><td>No valid crumb was included in the request</td>"),
    /** The JSON object of JupyterHub with the status 403. */
    JUPYTERHUB(403, "application/json", "{\"status\":403,\"message\":\"XSRF cookie does not match POST argument\"}");

    private final int status;
    private final String type;
    private final String body;

    CsrfRefusal(int status, String type, String body) {
        this.status = status;
        this.type = type;
        this.body = body;
    }

    /** Returns the status of the response. */
    public int status() {
        return status;
    }

    String type() {
        return type;
    }

    String body() {
        return body;
    }
}
