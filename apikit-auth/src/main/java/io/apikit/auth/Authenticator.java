package io.apikit.auth;

import io.apikit.auth.ClientCredentialsOptions.ClientCredentialsGrant;
import io.apikit.auth.OAuth2ProxyOptions.OAuth2ProxyAuthentication;
import io.apikit.auth.internal.logins.RenewalSigns;
import io.apikit.http.BackendResponse;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * An auth mode: how to log in to one kind of backend. A mode of your own needs two or three methods. Single flight,
 * renewal, replay, isolation and the cool-down are done by the session, for every mode.
 *
 * <p>A method that throws what it does not declare, an {@link Error} too, or returns null, makes a 502 that names the mode
 * and the method. The log has the place. A {@link io.apikit.BackendError} of 502, 503 or 504 is passed on.
 *
 * <p>One instance serves all callers at once, so it must be thread-safe and must not keep anything of a caller.
 */
public interface Authenticator {
    /** Returns the mode's name, which the metadata shows. It is asked for once, when the backend is built. */
    String name();

    /**
     * Logs in. Runs on a thread of its own, at most once at a time for the same credentials.
     *
     * <p>The thread is interrupted 1 s after the login's deadline. What a login brings after that is ignored, and one other
     * may run meanwhile. While two of a session hang, a further one waits until one of them ends, 10 min at most. While 32
     * of a backend hang, none is started.
     *
     * @param credentials the caller's, or the service's own
     * @param transport sends the requests of the login: unsigned, within the login's deadline
     * @return how to sign the requests that follow
     * @throws LoginRefused if the backend refuses the credentials; they are not tried again until the cool-down ends.
     *     Any other exception means that the login is broken: the caller gets a 502, 503 or 504, and the login is tried
     *     again after a back-off
     */
    Login logIn(Credentials credentials, LoginTransport transport) throws LoginRefused;

    /**
     * Returns the login that follows one that ended, or will end soon. For a mode that can do so without the credentials: with
     * a refresh token, for example. Runs as {@link #logIn} does. Default: {@link #logIn}.
     *
     * <p>Each login is passed to this method once. If that fails in any way, a time-out included, the next try is a call of
     * {@link #logIn}. The first login of a session is one too. So a refresh token is never used twice.
     *
     * @param ended the login as it signed last, with the cookies that {@link #refreshed} has added
     * @param credentials the same as those of the login
     * @param transport as that of {@link #logIn}
     * @throws LoginRefused if the backend refuses the credentials. A mode whose refresh token is refused calls
     *     {@link #logIn} itself instead: the credentials may be good
     */
    default Login renew(Login ended, Credentials credentials, LoginTransport transport) throws LoginRefused {
        return logIn(credentials, transport);
    }

    /**
     * Ends a login at the backend that the session does not use any more. No request under it is in flight. Default: nothing.
     *
     * <p>It is an attempt: it has 2 s, is made once, and its failure is counted and logged. It runs on a thread of its own,
     * 16 of a backend at a time. Not called for a fixed login, and not for one that the backend has rejected.
     *
     * <p>With a {@link Backend.Builder#loginStore}, other replicas may use the login. So the end of a session and that of the
     * backend log nobody out. The replica that has replaced a login logs it out, {@code totalTimeout} later.
     *
     * @param login as it signed last
     * @param transport sends the requests of the log-out: unsigned, within its deadline
     */
    default void logOut(Login login, LoginTransport transport) {}

    /**
     * Returns which logins of a session are logged out. It is asked once, when the backend is built. Default:
     * {@link LogOutScope#EVERY_LOGIN} if the mode has a {@link #logOut} of its own, otherwise {@link LogOutScope#NONE}.
     */
    default LogOutScope logOutScope() {
        return LogOutScope.EVERY_LOGIN;
    }

    /**
     * Decides what a response means for the login that its request was signed with. Default: 401 means expired,
     * anything else accepted.
     *
     * <p>Of a response that is relayed as a stream, the body is a preview that is read when it is asked for
     * ({@link BackendResponse#isWhole()}).
     *
     * @param transport sends a request with which a mode may ask the backend in doubt, as it is. A question under the login is
     *     {@code transport.send(used.sign(BackendRequest.get("/whoami")))}
     */
    default Verdict judge(BackendResponse response, Login used, LoginTransport transport) {
        return response.status() == 401 ? Verdict.EXPIRED : Verdict.ACCEPTED;
    }

    /**
     * Returns the login after this response, for backends that may set new cookies or send a new token in any response. It
     * is still the same login, with another signature: {@code current.header("X-Token", token)}. Not called for an
     * expired login. Of two responses at once both are taken, so the method may be called twice for one. Default:
     * unchanged.
     *
     * <p>Cookies of more than 4 KiB each, or 16 KiB in all, are not taken from a response. If the next request is refused
     * for the size of its headers (431), the cookies before are put back.
     */
    default Login refreshed(Login current, BackendResponse response) {
        return current;
    }

    /**
     * Returns the {@code WWW-Authenticate} value (RFC 9110, section 11.6.1) for callers without credentials. Default:
     * empty, which means that this mode needs no credentials.
     */
    default Optional<String> challenge() {
        return Optional.empty();
    }

    /** Which logins of a session are logged out. */
    enum LogOutScope {
        /** None: {@link Authenticator#logOut} is never called. */
        NONE,
        /**
         * The login that a session has when it ends. One that was replaced is not, since its log-out could end the next one as
         * well: both may share a session of the identity provider. With a {@link Backend.Builder#loginStore} none is.
         */
        LAST_LOGIN,
        /** The login that a session has when it ends, and before that each one that was replaced. */
        EVERY_LOGIN
    }

    /** What a response means for the login. */
    enum Verdict {
        /** The login is good. */
        ACCEPTED,
        /**
         * The login is dead: renew it and send the request again. A request that is not idempotent is not sent again after a
         * status of 201 to 299, which says that it was carried out (RFC 9110, section 15.3). Its response goes to the caller,
         * and the next request renews the login.
         */
        EXPIRED,
        /**
         * The login is dead, and the request may have been carried out. One that is idempotent is sent again under a new
         * login. The response to any other goes to the caller, and the next request renews the login.
         */
        EXPIRED_CARRIED_OUT,
        /** The login is good, and the backend refuses the request: a renewal would not help. */
        DENIED;

        /** Returns whether the login is dead. */
        boolean isExpired() {
            return this == EXPIRED || this == EXPIRED_CARRIED_OUT;
        }

        /** Returns what a sign of an expired login means; a response without a sign accepts it. */
        static Verdict of(RenewalSigns.Sign sign) {
            return switch (sign) {
                case NONE -> ACCEPTED;
                case NOTHING_DONE -> EXPIRED;
                case MAYBE_DONE -> EXPIRED_CARRIED_OUT;
            };
        }
    }

    /** Returns the mode without a login: nothing is signed, and callers need no credentials. */
    static Authenticator none() {
        return PassThroughAuthenticators.INSTANCE;
    }

    /** Returns the mode that sends the credentials with every request as {@code Authorization: Basic} (RFC 7617). */
    static Authenticator basic() {
        return PassThroughAuthenticators.Basic.INSTANCE;
    }

    /** Returns {@link #oauth2Proxy(Consumer)} with its defaults. */
    static Authenticator oauth2Proxy() {
        return oauth2Proxy(options -> {});
    }

    /**
     * Returns the mode that logs in through an oauth2-proxy in front of the backend, as a person with a browser would,
     * and keeps its session cookie. For backends that offer nothing better; see {@link OAuth2ProxyOptions}.
     */
    static Authenticator oauth2Proxy(Consumer<OAuth2ProxyOptions> options) {
        return OAuth2ProxyAuthentication.with(options);
    }

    /**
     * Returns the mode that logs in by a login page of the backend's own, as a person with a browser would, and keeps its
     * session cookies; see {@link FormLoginOptions}. Requests that may change something get a CSRF token, if the options
     * say where it comes from.
     *
     * @throws IllegalArgumentException if an option is malformed
     */
    static Authenticator formLogin(Consumer<FormLoginOptions> options) {
        return FormLogin.with(options);
    }

    /**
     * Returns the mode that sends a user name and a password to a login endpoint of the backend. The token of the
     * response signs every request.
     */
    static Authenticator tokenLogin(Consumer<TokenLoginOptions> options) {
        return TokenLogin.with(options);
    }

    /**
     * Returns the mode of OAuth 2.0 client credentials (RFC 6749, section 4.4). Id and secret, as user name and
     * password, are sent to the identity provider's token endpoint. The bearer token of the response signs every
     * request.
     *
     * @throws IllegalArgumentException if the options name no token endpoint
     */
    static Authenticator clientCredentials(Consumer<ClientCredentialsOptions> options) {
        return ClientCredentialsGrant.with(options);
    }

    /**
     * Returns the mode that sends the caller's own bearer token (RFC 6750) to the backend unchanged. Only for a backend
     * that may see it: the token may be valid for other services too.
     */
    static Authenticator bearerRelay() {
        return PassThroughAuthenticators.BearerRelay.INSTANCE;
    }
}
