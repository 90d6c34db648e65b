package io.apikit.interop;

import io.apikit.auth.Authenticator;
import io.apikit.http.BackendRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Django with its admin, whose page is the login. */
final class DjangoSite implements LoggedSite {
    /** Where Django keeps its CSRF token: by default in a cookie, or with {@code CSRF_USE_SESSIONS} in the session. */
    enum Csrf {
        COOKIE,
        SESSION
    }

    private final int port = Ports.free();
    private final Csrf csrf;
    private final PythonServer server;

    DjangoSite(Csrf csrf) {
        this.csrf = csrf;
        var arguments = new ArrayList<>(List.of(
                Installed.script("sites/django_site.py").toString(),
                Integer.toString(port),
                Installed.emptyFolder("django").toString()));
        if (csrf == Csrf.SESSION) {
            arguments.add("session-csrf");
        }
        this.server = new PythonServer("django", Map.of(), url() + "/control/ready", arguments);
    }

    @Override
    public PythonServer server() {
        return server;
    }

    @Override
    public String url() {
        return "http://127.0.0.1:" + port;
    }

    @Override
    public Authenticator mode() {
        return csrf == Csrf.COOKIE
                ? Authenticator.formLogin(login -> login.page("/admin/login/")
                        .csrfCookie("csrftoken")
                        .csrfHeader("X-CSRFToken")
                        .logout("POST", "/admin/logout/"))
                : Authenticator.formLogin(login -> login.page("/admin/login/")
                        .csrfField("/admin/", "csrfmiddlewaretoken")
                        .csrfHeader("X-CSRFToken")
                        .logout("POST", "/admin/logout/"));
    }

    @Override
    public BackendRequest whoAmI() {
        return BackendRequest.get("/data");
    }

    @Override
    public BackendRequest change(Account account) {
        return BackendRequest.post("/data");
    }

    @Override
    public void endSessions() {
        Web.get(url() + "/control/end-sessions");
    }
}
