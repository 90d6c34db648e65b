package io.apikit.auth;

import io.apikit.BackendError;
import io.apikit.auth.internal.browser.CookieLimits;
import io.apikit.auth.internal.logins.AbandonedLogins;
import io.apikit.auth.internal.logins.LoginCap;
import io.apikit.http.Deadline;
import io.apikit.http.RetryAfter;
import io.apikit.http.Timing;
import io.apikit.http.internal.client.BareTransport;
import io.apikit.http.internal.metrics.BackendMetrics;
import io.apikit.http.internal.metrics.OutcomeTimer;
import io.apikit.internal.limits.TokenBucket;
import io.apikit.internal.util.LogText;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** Logs in with one session's credentials, and makes the callers' error of a failure. Thread-safe. */
final class LoginAttempt {
    private static final Logger log = LoggerFactory.getLogger(LoginAttempt.class);

    private static final Duration GRACE = Duration.ofSeconds(1);

    private final GuardedAuthenticator mode;
    private final Account account;
    private final BareTransport http;
    private final LoginCap cap;
    private final Duration total;
    private final Timing timing;
    private final LoginMetrics metrics;

    LoginAttempt(
            GuardedAuthenticator mode,
            Account account,
            BareTransport http,
            LoginCap cap,
            Duration total,
            Timing timing,
            LoginMetrics metrics) {
        this.mode = mode;
        this.account = account;
        this.http = http;
        this.cap = cap;
        this.total = total;
        this.timing = timing;
        this.metrics = metrics;
    }

    LoginMetrics metrics() {
        return metrics;
    }

    /** Returns when to give up a login that overran its deadline: 1 s after that, so that its own error comes first. */
    Duration limit() {
        return total.plus(GRACE);
    }

    Timing timing() {
        return timing;
    }

    /** Returns the deadline of a login that begins now. */
    Deadline newDeadline() {
        return Deadline.after(total, timing);
    }

    /** @param ended the login to be renewed; null if one is made with the credentials */
    Login logIn(@Nullable Login ended, Deadline deadline) throws LoginRefused {
        var bare = new LoginHttpTransport(new LoginHttpTransport.Uncapped(http, deadline), cap, deadline, timing);
        var since = timing.nanoTime();
        try {
            var login = ended == null
                    ? mode.logIn(account.credentials(), bare)
                    : mode.renew(ended, account.credentials(), bare);
            log.debug("Logged in to {} ({}).", http.label().logged(), mode.name());
            if (!login.isFixed()) {
                metrics.ended(LoginMetrics.Ended.SUCCESS, timing.nanoTime() - since);
            }
            return login;
        } catch (LoginRefused refusal) {
            metrics.ended(LoginMetrics.Ended.REFUSED, timing.nanoTime() - since);
            throw refusal;
        } catch (Throwable thrown) {
            metrics.ended(
                    bare.isCapped() ? LoginMetrics.Ended.CAPPED : LoginMetrics.Ended.BROKEN, timing.nanoTime() - since);
            throw thrown;
        }
    }

    /** A rejection renews as often as the cap allows; an end that the login itself named, once a second at most. */
    boolean mayRenew(LoginGeneration stale, TokenBucket renewals) {
        var state = stale.state();
        var isAllowed = switch (state) {
            case FRESH, STALE, EXPIRED -> stale.isWorthRenewing();
            case REJECTED, ENDED, DEAD -> renewals.tryTake();
        };
        if (isAllowed) {
            metrics.renewing(state);
        } else {
            metrics.renewalCapped();
        }
        return isAllowed;
    }

    /** Returns whether a renewal would be allowed now, without one. One that would not be is counted. */
    boolean isRenewalLeft(LoginGeneration stale, TokenBucket renewals) {
        var isLeft = switch (stale.state()) {
            case FRESH, STALE, EXPIRED -> stale.isWorthRenewing();
            case REJECTED, ENDED, DEAD -> renewals.until(1).isZero();
        };
        if (!isLeft) {
            metrics.renewalCapped();
        }
        return isLeft;
    }

    /**
     * Returns the error for refused credentials: a 401 to the caller, who can do something about it, or a 502 where the
     * service's own were refused. The words are the mode's own. To mask a password such as "wrong" in them would give it
     * away.
     */
    BackendError refused(LoginRefused refusal) {
        var level = account.ofService() || mode.mayWarnOfRefusal() ? Level.WARN : Level.DEBUG;
        log.atLevel(level)
                .log(
                        "{} refused a login ({}): {}",
                        http.label().logged(),
                        mode.name(),
                        LogText.of(String.valueOf(refusal.getMessage())));
        return account.refined(BackendError.of(401, refusal.reason()), SecretMask.none());
    }

    /**
     * Returns the error for a login that is down, slow or not understood. A status of the login means nothing to the
     * caller, but 503 and 504 say when trying again makes sense, and so does its 429.
     *
     * @param replaced the generation to be replaced; null for the first login of a session
     * @param ended the login whose secrets a renewal has sent; null if there was none
     */
    BackendError broken(Throwable thrown, @Nullable LoginGeneration replaced, @Nullable Login ended) {
        if (!(thrown instanceof BackendError error)) {
            log.warn(
                    "The login to {} ({}) broke: {}",
                    http.label().logged(),
                    mode.name(),
                    thrown.getClass().getName());
            return BackendError.of(502, "The login to " + http.label() + " broke.");
        }
        var secrets = account.secrets();
        if (replaced != null) {
            secrets.and(replaced.login());
        }
        var masked = (ended == null ? secrets : secrets.and(ended)).masked(error);
        log.warn(
                "The login to {} failed: {} ({})",
                http.label().logged(),
                LogText.of(masked.content().orElse(masked.reason())),
                mode.name());
        var shown = account.shown(masked, true);
        var reason = shown.content().orElse(shown.reason());
        var failure = BackendError.of(statusOf(error), "The login to " + http.label() + " failed: " + reason);
        var retryAfter = error.headers().get(RetryAfter.HEADER);
        failure = retryAfter != null && failure.statusCode() == 503
                ? failure.withHeader(RetryAfter.HEADER, retryAfter)
                : failure;
        failure.initCause(masked);
        return failure;
    }

    private static int statusOf(BackendError error) {
        return switch (error.statusCode()) {
            case 429, 503 -> 503;
            case 504 -> 504;
            default -> 502;
        };
    }

    /** Counts the logins of all sessions of a backend by how they end, and renewals by their reason. Thread-safe. */
    static final class LoginMetrics {
        /** How a login ends. A fixed one sends nothing, so it does not count unless the backend refuses it. */
        enum Ended {
            SUCCESS,
            REFUSED,
            BROKEN,
            /** Not made: there have been too many. */
            CAPPED;

            @Override
            public String toString() {
                return name().toLowerCase(Locale.ROOT);
            }
        }

        private static final String RENEWALS = "apikit.backend.renewals";
        private static final String BEGUN =
                "Logins begun in place of an older one: ahead of its end, past it, or rejected";

        private final OutcomeTimer<Ended> logins;
        private final LongAdder ahead = new LongAdder();
        private final LongAdder expired = new LongAdder();
        private final LongAdder rejected = new LongAdder();
        private final LongAdder capped = new LongAdder();

        LoginMetrics(BackendMetrics meters) {
            this.logins = meters.timer("apikit.backend.logins", "Logins to the backend", Ended.class);
            meters.counter(RENEWALS, BEGUN, Tags.of("reason", "ahead"), ahead);
            meters.counter(RENEWALS, BEGUN, Tags.of("reason", "expired"), expired);
            meters.counter(RENEWALS, BEGUN, Tags.of("reason", "rejected"), rejected);
            meters.counter(
                    "apikit.backend.renewals.capped",
                    "Renewals not made, since the session has had too many",
                    Tags.empty(),
                    capped);
        }

        /** Shows the logins of a backend that do not end. */
        static void show(AbandonedLogins abandoned, BackendMetrics meters) {
            meters.counter(
                    "apikit.backend.logins.abandoned",
                    "Logins that had not ended at their limit and were interrupted",
                    Tags.empty(),
                    abandoned.all());
            meters.gauge(
                    "apikit.backend.logins.hanging",
                    "Abandoned logins that have not ended",
                    Tags.empty(),
                    abandoned::hanging);
            meters.counter(
                    "apikit.backend.logins.not.started",
                    "Logins that were not started, since too many hang",
                    Tags.empty(),
                    abandoned.notStarted());
        }

        /** Shows the responses whose cookies a session of a backend did not take. */
        static void show(CookieLimits limits, BackendMetrics meters) {
            meters.counter(
                    "apikit.backend.cookies.refused",
                    "Cookies of responses that a session did not take, since they were too long",
                    Tags.empty(),
                    limits.refused());
        }

        void ended(Ended how, long nanos) {
            logins.record(how, nanos);
        }

        /** A login is started in place of one in this state. */
        void renewing(LoginGeneration.State replaced) {
            switch (replaced) {
                case FRESH, STALE -> ahead.increment();
                case EXPIRED -> expired.increment();
                case REJECTED, ENDED, DEAD -> rejected.increment();
            }
        }

        void renewalCapped() {
            capped.increment();
        }
    }

    /** How a login ended: exactly one of a new generation, a failure, or a renewal that the cap did not allow. */
    record Outcome(
            @Nullable LoginGeneration generation, @Nullable BackendError error) {
        static final Outcome CAPPED = new Outcome(null, null);

        /** The request that started the login has run out of time before its turn. */
        static final Outcome LEFT = new Outcome(null, LoginFailure.late());

        static Outcome of(LoginGeneration generation) {
            return new Outcome(generation, null);
        }

        static Outcome failed(BackendError error) {
            return new Outcome(null, error);
        }
    }
}
