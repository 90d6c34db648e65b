package io.apikit.interop;

import io.apikit.auth.Authenticator;
import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** JupyterHub behind its own proxy, without servers of its users. */
final class JupyterHub implements FormSite {
    private final int port = Ports.free();
    private final Path folder = Installed.emptyFolder("jupyterhub");
    private final PythonServer server =
            new PythonServer("jupyterhub", environment(), url() + "/hub/health", arguments());

    private static List<String> arguments() {
        return List.of(
                "-m",
                "jupyterhub",
                "-f",
                Installed.script("sites/jupyterhub_config.py").toString());
    }

    private Map<String, String> environment() {
        var proxy = Installed.orSkip("configurable-http-proxy")
                .resolve("node_modules/configurable-http-proxy/bin/configurable-http-proxy");
        return Map.of(
                "HUB_FOLDER", folder.toString(),
                "HUB_PORT", Integer.toString(port),
                "HUB_INNER_PORT", Integer.toString(Ports.free()),
                "HUB_PROXY_PORT", Integer.toString(Ports.free()),
                "HUB_PROXY_SCRIPT", proxy.toString());
    }

    @Override
    public String url() {
        return "http://127.0.0.1:" + port;
    }

    @Override
    public Authenticator mode() {
        return Authenticator.formLogin(login -> login.page("/hub/login")
                .probe("/hub/api/user")
                .csrfCookie("_xsrf")
                .csrfHeader("X-XSRFToken")
                .logout("GET", "/hub/logout"));
    }

    @Override
    public Account newAccount() {
        return server.newAccount();
    }

    @Override
    public BackendRequest whoAmI() {
        return BackendRequest.get("/hub/api/user");
    }

    @Override
    public String nameIn(BackendResponse response) {
        var fields = response.orThrow().json(Map.class);
        return String.valueOf(fields.containsKey("name") ? fields.get("name") : fields.get("user"));
    }

    /** A new API token. */
    @Override
    public BackendRequest change(Account account) {
        return BackendRequest.post("/hub/api/users/{}/tokens", account.login()).json(Map.of());
    }

    @Override
    public int changes(Account account) {
        return server.linesWith("201 POST /hub/api/users/" + account.login() + "/tokens");
    }

    @Override
    public int logins(Account account) {
        return server.linesEnding("User logged in: " + account.login());
    }

    @Override
    public int refusals(Account account) {
        return server.linesEnding("Failed login for '" + account.login() + "'");
    }

    @Override
    public int logouts(Account account) {
        return server.linesEnding("User logged out: " + account.login());
    }

    /** Restarts it without the secret that signs its cookies: it makes another. */
    @Override
    public void endSessions() {
        try {
            Files.delete(folder.resolve("cookie_secret"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.restart(arguments());
    }

    @Override
    public void close() {
        server.close();
    }
}
