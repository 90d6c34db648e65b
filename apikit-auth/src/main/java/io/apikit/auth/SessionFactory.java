package io.apikit.auth;

import io.apikit.auth.LoginAttempt.LoginMetrics;
import io.apikit.auth.internal.browser.CookieLimits;
import io.apikit.auth.internal.cookies.SessionCookies;
import io.apikit.auth.internal.logins.AbandonedLogins;
import io.apikit.auth.internal.logins.LoginCap;
import io.apikit.auth.internal.logins.LoginThreads;
import io.apikit.auth.internal.targets.RejectedTargets;
import io.apikit.http.HttpOptions;
import io.apikit.http.RetryPolicy;
import io.apikit.http.Timing;
import io.apikit.http.internal.client.BareTransport;
import io.apikit.http.internal.client.GatedTransport;
import io.apikit.http.internal.client.HttpTransport;
import io.apikit.http.internal.resilience.AdaptiveRateLimiter;
import io.apikit.http.internal.resilience.Bulkhead;
import io.apikit.http.internal.resilience.CallMetrics;
import io.apikit.http.internal.resilience.CircuitBreakerGate;
import io.apikit.http.internal.resilience.Gate;
import io.apikit.http.internal.resilience.RetryBudget;
import io.apikit.http.internal.resilience.RetryingTransport;
import io.apikit.http.internal.resilience.TransportFailures;
import io.apikit.internal.util.BackgroundThreads;
import io.apikit.internal.util.SingleFlight;
import java.util.List;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/** Makes the sessions of one backend's callers, from the parts that all of them share. Thread-safe. */
final class SessionFactory {
    private final GuardedAuthenticator mode;
    private final SessionSettings settings;
    private final HttpOptions options;
    private final Timing timing;
    private final TransportFailures failures;
    private final BareTransport bare;
    private final RetryPolicy retry;
    private final RetryBudget retryBudget;
    private final Gate metrics;
    private final Gate breaker;
    private final Gate pace;
    private final Gate bulkhead;
    private final HttpTransport http;
    private final LoginMetrics loginMetrics;
    private final LogOutAttempt logOut;
    private final CookieLimits cookieLimits;
    private final boolean keepsCookies;
    private final LoginCap loginCap;
    private final AbandonedLogins abandoned;
    private final ExecutorService loginThreads = BackgroundThreads.open("apikit-login");
    private final RejectedTargets rejected;
    /** Null if nothing is shared. */
    private final @Nullable SharedLogins sharedLogins;

    private final boolean isUnsigned;

    SessionFactory(
            Backend.Builder from,
            GuardedAuthenticator mode,
            SessionSettings settings,
            HttpTransport client,
            BareTransport bare) {
        this.mode = mode;
        this.settings = settings;
        this.options = from.http;
        this.timing = settings.timing();
        this.failures = client.failures();
        this.bare = bare;
        this.retry = from.retry();
        this.retryBudget = client.budget();
        this.metrics = new CallMetrics(client.metrics(), timing);
        this.breaker = CircuitBreakerGate.create(from.breaker, options, timing, failures, client.metrics());
        this.bulkhead = new Bulkhead(options.maxConnections(), options.streams(), options.connectTimeout(), failures)
                .measuredBy(client.metrics());
        this.http = client;
        this.loginMetrics = new LoginMetrics(client.metrics());
        this.abandoned = new AbandonedLogins(bare.label(), mode.name(), timing);
        LoginMetrics.show(abandoned, client.metrics());
        this.logOut = new LogOutAttempt(
                mode, bare, timing, client.metrics(), from.sharing.isOn() ? options.totalTimeout() : null);
        this.cookieLimits = new CookieLimits(client.label().logged(), timing);
        LoginMetrics.show(cookieLimits, client.metrics());
        this.keepsCookies = from.keepsCookies();
        this.rejected = new RejectedTargets(settings.bounded(RejectedTargets.MOST), timing, settings.coolDown());
        var place = new LoginRecord.Place(mode, bare.origin(), bare.prefix(), timing);
        this.isUnsigned = from.authenticator == Authenticator.none();
        this.sharedLogins = from.sharing.open(client.label().name(), settings, place, client.metrics());
        this.loginCap = sharedLogins == null
                ? settings.loginCap()
                : sharedLogins.limits().logins(settings.random());
        this.pace = sharedLogins == null
                ? AdaptiveRateLimiter.create(from.pace, timing, failures)
                : sharedLogins.pace().open(from.pace, from.sharing.replicas(), timing, failures);
    }

    /** Returns whether the login store can be reached, if there is one. */
    boolean isStoreReachable() {
        return sharedLogins == null || sharedLogins.isReachable();
    }

    /** Returns whether a session that has ended is logged out. */
    boolean logsOut() {
        return logOut.isOn();
    }

    /** Returns what is shared with other replicas; null if nothing is. */
    @Nullable
    SharedLogins shared() {
        return sharedLogins;
    }

    SessionSettings settings() {
        return settings;
    }

    /**
     * Makes a caller's session, with the pipeline that all its requests go through, from the session to the wire. A
     * request passes the gates in the order of the list; all sessions share them.
     *
     * @param fallback what the session does without a login of its own
     */
    CallerSession open(Account account, SessionPool.Entry entry, AuthenticatingTransport.Fallback fallback) {
        var threads = new LoginThreads(logOut.expecting(loginThreads), abandoned);
        var logOuts = logOut.ofSession(account, entry);
        // What is not signed needs no login, and nobody waits for another replica.
        var sharing = isUnsigned ? null : sharedLogins;
        var shared = new SharedLogin(sharing, account, loginAttempt(account), entry);
        var login = new CurrentLogin(shared, threads, settings, logOuts, new SingleFlight<>());
        var gates = List.of(metrics, breaker, pace, bulkhead);

        var gated = GatedTransport.create(gates, failures, http);
        var cookies = keepsCookies ? SessionCookies.of(bare.origin(), cookieLimits, timing::nanoTime) : null;
        var signing = SigningTransport.create(mode, account, bare, cookieLimits, cookies, gated);
        var authenticating = AuthenticatingTransport.create(account, login, rejected.ofNewSession(), fallback, signing);
        var retrying = RetryingTransport.create(retry, retryBudget, timing, settings.random(), authenticating);
        return new CallerSession(account, login, authenticating, retrying);
    }

    private LoginAttempt loginAttempt(Account account) {
        return new LoginAttempt(mode, account, bare, loginCap, options.totalTimeout(), timing, loginMetrics);
    }

    /**
     * Logs out, and then ends the logins under way.
     *
     * @param endOfSessions ends all sessions
     */
    void close(Runnable endOfSessions) {
        if (sharedLogins != null) {
            sharedLogins.beginClose();
        }
        logOut.close(endOfSessions);
        rejected.clear();
        loginThreads.shutdownNow();
        if (sharedLogins != null) {
            sharedLogins.close();
        }
    }
}
