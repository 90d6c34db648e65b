package io.apikit.auth;

import io.apikit.BackendError;
import io.apikit.auth.internal.logins.RenewalSigns;
import io.apikit.http.BackendResponse;
import io.apikit.http.Timing;
import io.apikit.internal.util.WarningInterval;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A mode whose faults are no faults of the service: what one of its methods throws, an {@link Error} too, and null where a
 * value belongs, is a 502 that names the mode and the method. Thread-safe.
 *
 * <p>An exception's message may quote what the mode could not read, a token for example. So the log has classes and places
 * alone, once a minute for each method as a warning.
 */
final class GuardedAuthenticator implements Authenticator {
    private static final Logger log = LoggerFactory.getLogger(GuardedAuthenticator.class);
    private static final int SHOWN_FRAMES = 8;
    private static final int SHOWN_CAUSES = 4;

    /** What a transport says of a call that it made for the mode. */
    private static final Set<Integer> OF_TRANSPORTS = Set.of(502, 503, 504);

    private final Authenticator mode;
    private final String name;
    private final boolean renews;
    private final LogOutScope logOutScope;
    private final WarningInterval logIns;
    private final WarningInterval renewals;
    private final WarningInterval judges;
    private final WarningInterval refreshes;
    private final WarningInterval logOuts;
    private final WarningInterval challenges;
    private final WarningInterval refusals;

    private GuardedAuthenticator(Authenticator mode, String name, Timing timing) {
        this.mode = mode;
        this.name = name;
        this.renews = overrides(mode, "renew", Login.class, Credentials.class, LoginTransport.class);
        this.logOutScope = logOutScope(mode);
        this.logIns = new WarningInterval(timing::nanoTime);
        this.renewals = new WarningInterval(timing::nanoTime);
        this.judges = new WarningInterval(timing::nanoTime);
        this.refreshes = new WarningInterval(timing::nanoTime);
        this.logOuts = new WarningInterval(timing::nanoTime);
        this.challenges = new WarningInterval(timing::nanoTime);
        this.refusals = new WarningInterval(timing::nanoTime);
    }

    /** @throws IllegalArgumentException if the mode has no name; the message has its class */
    static GuardedAuthenticator of(Authenticator mode, Timing timing) {
        var thrown = "returned null";
        try {
            var name = mode.name();
            if (name != null) {
                return new GuardedAuthenticator(mode, name, timing);
            }
        } catch (Throwable e) {
            thrown = "threw " + e.getClass().getName();
        }
        throw new IllegalArgumentException(
                "the auth mode " + mode.getClass().getName() + " has no name: its method name() " + thrown);
    }

    /** Returns whether the refusal of a caller's credentials may be a warning now. Anybody can cause one. */
    boolean mayWarnOfRefusal() {
        return refusals.isOver();
    }

    @Override
    public String name() {
        return name;
    }

    /** What the mode throws as a {@link BackendError} is passed on: its status says how the login is broken. */
    @Override
    public Login logIn(Credentials credentials, LoginTransport transport) throws LoginRefused {
        return loggedIn("logIn", logIns, () -> mode.logIn(credentials, transport));
    }

    /** As {@link #logIn}, which it is for a mode without such a method of its own. */
    @Override
    public Login renew(Login ended, Credentials credentials, LoginTransport transport) throws LoginRefused {
        return renews
                ? loggedIn("renew", renewals, () -> mode.renew(ended, credentials, transport))
                : logIn(credentials, transport);
    }

    private Login loggedIn(String method, WarningInterval limit, LoginCall call) throws LoginRefused {
        try {
            return Objects.requireNonNull(call.logIn(), "the login");
        } catch (LoginRefused | BackendError e) {
            throw e;
        } catch (Throwable e) {
            var error = failed(method, limit, e);
            error.initCause(e); // A login's error is masked before anybody gets it, and has no cause then.
            throw error;
        }
    }

    @Override
    public void logOut(Login login, LoginTransport transport) {
        try {
            mode.logOut(login, transport);
        } catch (BackendError e) {
            throw e;
        } catch (Throwable e) {
            throw failed("logOut", logOuts, e);
        }
    }

    /** Returns what the mode says, as long as it can log out at all. */
    @Override
    public LogOutScope logOutScope() {
        return logOutScope;
    }

    /** @throws IllegalArgumentException if the mode throws, or returns null */
    private static LogOutScope logOutScope(Authenticator mode) {
        try {
            return overrides(mode, "logOut", Login.class, LoginTransport.class)
                    ? Objects.requireNonNull(mode.logOutScope(), "the scope")
                    : LogOutScope.NONE;
        } catch (Throwable e) {
            throw new IllegalArgumentException(
                    "the auth mode " + mode.getClass().getName() + " failed in its method logOutScope()", e);
        }
    }

    private static boolean overrides(Authenticator mode, String method, Class<?>... parameters) {
        try {
            return mode.getClass().getMethod(method, parameters).getDeclaringClass() != Authenticator.class;
        } catch (NoSuchMethodException e) {
            throw new IllegalStateException("each mode has the methods of its interface", e);
        }
    }

    /** A call of the mode that brings a login. */
    private interface LoginCall {
        @Nullable
        Login logIn() throws LoginRefused;
    }

    @Override
    public Verdict judge(BackendResponse response, Login used, LoginTransport transport) {
        try {
            return Objects.requireNonNull(mode.judge(response, used, transport), "the verdict");
        } catch (RenewalSigns.PredicateFailure e) {
            throw failed(e.option(), judges, e);
        } catch (Throwable e) {
            throw passedOn("judge", judges, e);
        }
    }

    @Override
    public Login refreshed(Login current, BackendResponse response) {
        try {
            return Objects.requireNonNull(mode.refreshed(current, response), "the login");
        } catch (Throwable e) {
            throw passedOn("refreshed", refreshes, e);
        }
    }

    @Override
    public Optional<String> challenge() {
        try {
            return Objects.requireNonNull(mode.challenge(), "the challenge");
        } catch (Throwable e) {
            throw passedOn("challenge", challenges, e);
        }
    }

    private BackendError passedOn(String method, WarningInterval limit, Throwable thrown) {
        return thrown instanceof BackendError error && OF_TRANSPORTS.contains(error.statusCode())
                ? error
                : failed(method, limit, thrown);
    }

    private BackendError failed(String method, WarningInterval limit, Throwable thrown) {
        var line = "The auth mode {} failed in {}: {}";
        if (limit.isOver()) {
            log.warn(line, name, method, places(thrown));
        } else if (log.isDebugEnabled()) {
            log.debug(line, name, method, places(thrown));
        }
        return BackendError.of(502, "The auth mode " + name + " failed in " + method + ".");
    }

    private static String places(Throwable thrown) {
        var places = new StringBuilder();
        var cause = thrown;
        for (var i = 0; i < SHOWN_CAUSES && cause != null; i++) {
            var frames =
                    Arrays.stream(cause.getStackTrace()).limit(SHOWN_FRAMES).toList();
            places.append(i == 0 ? "" : ", caused by ")
                    .append(cause.getClass().getName())
                    .append(" at ")
                    .append(frames);
            cause = cause.getCause();
        }
        return places.toString();
    }
}
