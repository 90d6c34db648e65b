package io.apikit.auth;

import io.apikit.http.BackendResponse;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The plug: how one kind of backend is logged in to. Write one of your own with two or three methods; single flight,
 * renewal, replay, isolation and the cool-down are the session's, whatever the mode.
 *
 * <p>One instance serves all callers at once: keep nothing of a caller in it.
 */
public interface Authenticator {
    /** The mode's name, as the metadata shows it. */
    String name();

    /**
     * Logs in. Runs on a thread of its own, at most once at a time for the same credentials.
     *
     * @param credentials the caller's, or the service's own
     * @param bare the way out: unsigned, bounded by the login's deadline
     * @return how to sign the requests from now on
     * @throws LoginRefused if the backend said no: not tried again until the cool-down ends. Any other exception means
     *     that the login is broken: 502 or 504 to the caller, tried again after a back-off
     */
    Login logIn(Credentials credentials, LoginTransport bare) throws LoginRefused;

    /**
     * What a response says of the login its request was signed with. Default: 401 means expired.
     *
     * @param ask for the question a mode may put to the backend where in doubt
     */
    default Verdict judge(BackendResponse response, Login used, LoginTransport ask) {
        return response.status() == 401 ? Verdict.EXPIRED : Verdict.ACCEPTED;
    }

    /**
     * The login after this response, for backends that hand out new cookies in any answer: the same generation, signed
     * anew. Default: unchanged.
     */
    default Login refreshed(Login current, BackendResponse response) {
        return current;
    }

    /**
     * The {@code WWW-Authenticate} value (RFC 9110, section 11.6.1) for callers without credentials. Default: empty,
     * which says that this mode needs none.
     */
    default Optional<String> challenge() {
        return Optional.empty();
    }

    /** What a response says of the login. */
    enum Verdict {
        /** The login is good. */
        ACCEPTED,
        /** The login is dead: renew it and send the request again. */
        EXPIRED,
        /** The login is good, and the backend's own answer is no: renewing would not help. */
        DENIED
    }

    /** Nobody is logged in, nothing is signed; callers need no credentials. */
    static Authenticator none() {
        return PassThroughAuthenticators.INSTANCE;
    }

    /** The credentials go with every request as {@code Authorization: Basic} (RFC 7617). */
    static Authenticator basic() {
        return PassThroughAuthenticators.Basic.INSTANCE;
    }

    /** {@link #oauth2Proxy(Consumer)} with its defaults. */
    static Authenticator oauth2Proxy() {
        return oauth2Proxy(options -> {});
    }

    /**
     * Logs in through an oauth2-proxy in front of the backend, as a person with a browser would, and keeps its session
     * cookie. For backends that offer nothing better; see {@link OAuth2ProxyOptions}.
     */
    static Authenticator oauth2Proxy(Consumer<OAuth2ProxyOptions> options) {
        return OAuth2ProxyAuthentication.with(options);
    }

    /**
     * A user name and a password are sent to a login endpoint of the backend, and the token it answers with signs every
     * request from then on.
     */
    static Authenticator tokenLogin(Consumer<TokenLoginOptions> options) {
        return TokenLogin.with(options);
    }

    /**
     * OAuth 2.0 client credentials (RFC 6749, section 4.4): id and secret, as user name and password, are sent to the
     * identity provider's token endpoint, and the bearer token it answers with signs every request.
     *
     * @throws IllegalArgumentException if the options name no token endpoint
     */
    static Authenticator clientCredentials(Consumer<ClientCredentialsOptions> options) {
        return ClientCredentialsGrant.with(options);
    }

    /**
     * The caller's own bearer token (RFC 6750) goes to the backend as it is. Only for a backend that is meant to see it:
     * a token may open more doors than this one.
     */
    static Authenticator bearerRelay() {
        return PassThroughAuthenticators.BearerRelay.INSTANCE;
    }
}
