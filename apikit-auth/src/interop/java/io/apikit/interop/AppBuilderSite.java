package io.apikit.interop;

import io.apikit.auth.Authenticator;
import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A Flask-AppBuilder application, as Superset and Airflow are: its session is a signed cookie. */
final class AppBuilderSite implements FormSite {
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
    public Account newAccount() {
        return server.newAccount();
    }

    @Override
    public BackendRequest whoAmI() {
        return BackendRequest.get("/data/");
    }

    @Override
    public String nameIn(BackendResponse response) {
        return response.orThrow().text().split(" ", 3)[1];
    }

    @Override
    public BackendRequest change(Account account) {
        return BackendRequest.post("/data/");
    }

    @Override
    public int changes(Account account) {
        return server.linesEnding("POST data user=" + account.login());
    }

    @Override
    public int logins(Account account) {
        return server.linesEnding("login successful user=" + account.login());
    }

    @Override
    public int refusals(Account account) {
        return server.linesEnding("login refused user=" + account.login());
    }

    @Override
    public int logouts(Account account) {
        return server.linesEnding("logout user=" + account.login());
    }

    /** Restarts it with another secret: no cookie of before is signed with it. */
    @Override
    public void endSessions() {
        secrets++;
        server.restart(arguments(secrets));
    }

    @Override
    public void close() {
        server.close();
    }
}
