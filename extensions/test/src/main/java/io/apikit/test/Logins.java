package io.apikit.test;

import io.javalin.http.Handler;
import java.time.InstantSource;

/**
 * What a {@link ScriptedBackend} is behind: the fakes of apikit-testkit, with a login that is as in production. Immutable.
 *
 * <p>The paths of a login are not the script's: {@code /login} for tokens, which {@link #at} changes; for a form that of the page,
 * {@code /loginError}, {@code /logout}, {@code /csrf} and {@code /form}; for an oauth2-proxy those below {@code /oauth2},
 * {@code /ping} and {@code /ready}.
 */
public final class Logins {
    private static final String LOGIN = "/login";

    private final String name;
    private final String path;
    private final Starter starter;

    private Logins(String name, String path, Starter starter) {
        this.name = name;
        this.path = path;
        this.starter = starter;
    }

    /** Starts the servers of one test. */
    @FunctionalInterface
    private interface Starter {
        BackendServer start(String loginPath, Handler handler, InstantSource clock);
    }

    /** Returns a backend without a login: it accepts every request. */
    public static Logins none() {
        return new Logins("none", "", (path, handler, clock) -> new PlainServer(handler, false));
    }

    /** Returns a backend that wants Basic credentials with each request. There is no login, and none that expires. */
    public static Logins basic() {
        return new Logins("basic", "", (path, handler, clock) -> new PlainServer(handler, true));
    }

    /**
     * Returns a site with a login page and a session cookie ({@code FakeFormSite}). The page has a field {@code user} and one
     * of the type password. Requests that change something need no CSRF token.
     */
    public static Logins form() {
        return new Logins("form-login", LOGIN, FormServer::new);
    }

    /**
     * Returns an API with a login endpoint that returns a token ({@code FakeTokenSite}). The credentials may be Basic, a form or
     * JSON. The token is {@code access_token} and {@code token} of the response, and accepted in any header.
     */
    public static Logins token() {
        return new Logins("token-login", LOGIN, TokenLoginServer::new);
    }

    /**
     * Returns an API that wants tokens of a token endpoint on another origin ({@code FakeTokenEndpoint}). A user is a client,
     * and a password its secret.
     */
    public static Logins clientCredentials() {
        return new Logins(
                "client-credentials", "", (path, handler, clock) -> new ClientCredentialsServer(handler, clock));
    }

    /** Returns a backend behind an oauth2-proxy and an identity provider ({@code FakeOAuth2Proxy}). */
    public static Logins oauth2Proxy() {
        return new Logins("oauth2-proxy", "", (path, handler, clock) -> new ProxiedServer(handler, clock));
    }

    /**
     * Returns this login at another path of the backend.
     *
     * @throws IllegalStateException unless it is a form or a login for tokens
     */
    public Logins at(String loginPath) {
        if (path.isEmpty()) {
            throw new IllegalStateException("the path of a login through " + name + " cannot be set");
        }
        return new Logins(name, loginPath, starter);
    }

    BackendServer start(Handler handler, InstantSource clock) {
        return starter.start(path, handler, clock);
    }

    boolean canExpire() {
        return !name.equals("none") && !name.equals("basic");
    }

    /** Returns the name of the auth mode, as in the setting {@code AUTH_MODE}. */
    @Override
    public String toString() {
        return name;
    }
}
