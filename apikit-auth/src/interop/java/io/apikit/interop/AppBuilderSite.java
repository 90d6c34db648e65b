package io.apikit.interop;

import io.apikit.auth.Authenticator;
import io.apikit.http.BackendRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A Flask-AppBuilder application, as Superset and Airflow are: its session is a signed cookie. */
final class AppBuilderSite implements LoggedSite {
    /** How long a CSRF token is good: an hour by default. */
    static final Duration TOKEN_LIFE = Duration.ofSeconds(4);

    private final int port = Ports.free();
    private final Path folder = Installed.emptyFolder("appbuilder");
    private final PythonServer server = new PythonServer("flask-appbuilder", Map.of(), url() + "/ready", arguments(0));
    private int secrets;

    private List<String> arguments(int secret) {
        return List.of(
                Installed.script("sites/appbuilder_site.py").toString(),
                Integer.toString(port),
                folder.toString(),
                "secret " + secret,
                Long.toString(TOKEN_LIFE.toSeconds()));
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
        return Authenticator.formLogin(login -> login.page("/login/")
                .csrfFrom("/api/v1/security/csrf_token/", "", "result")
                .csrfHeader("X-CSRFToken")
                .logout("GET", "/logout/"));
    }

    @Override
    public BackendRequest whoAmI() {
        return BackendRequest.get("/data/");
    }

    @Override
    public BackendRequest change(Account account) {
        return BackendRequest.post("/data/");
    }

    /** Restarts it with another secret: no cookie of before is signed with it. */
    @Override
    public void endSessions() {
        secrets++;
        server.restart(arguments(secrets));
    }
}
