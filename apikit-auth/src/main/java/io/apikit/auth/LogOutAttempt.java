package io.apikit.auth;

import io.apikit.BackendError;
import io.apikit.auth.Authenticator.LogOutScope;
import io.apikit.auth.internal.logins.LogOutQueue;
import io.apikit.auth.internal.logins.UseCount;
import io.apikit.http.Deadline;
import io.apikit.http.Timing;
import io.apikit.http.internal.client.BareTransport;
import io.apikit.http.internal.metrics.BackendMetrics;
import io.apikit.http.internal.metrics.OutcomeTimer;
import io.apikit.internal.util.LogText;
import io.apikit.internal.util.WarningInterval;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs out what the sessions of one backend do not use any more, once each, on the threads of a {@link LogOutQueue}.
 * Thread-safe.
 */
final class LogOutAttempt {
    private static final Logger log = LoggerFactory.getLogger(LogOutAttempt.class);

    /** The deadline of one log-out, and the time for all of them when the backend is closed. */
    private static final Duration TOTAL = Duration.ofSeconds(2);

    private static final Duration GRACE = Duration.ofSeconds(1);

    private final GuardedAuthenticator mode;
    private final LogOutScope scope;
    private final BareTransport bare;
    private final Timing timing;
    private final OutcomeTimer<Ended> ended;
    private final WarningInterval warnings;
    private final LogOutQueue queue;

    /** How a log-out ends. */
    private enum Ended {
        SUCCESS,
        BROKEN,
        /** Not made: too many waited, or the backend was closed. */
        DROPPED;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    LogOutAttempt(GuardedAuthenticator mode, BareTransport bare, Timing timing, BackendMetrics meters) {
        this.mode = mode;
        this.scope = mode.logOutScope();
        this.bare = bare;
        this.timing = timing;
        this.ended = meters.timer("apikit.backend.logouts", "Log-outs at the backend", Ended.class);
        this.warnings = new WarningInterval(timing::nanoTime);
        this.queue = new LogOutQueue(TOTAL.plus(GRACE), () -> ended.record(Ended.DROPPED, 0));
    }

    /** Returns whether any login is logged out. Otherwise nothing is counted. */
    boolean isOn() {
        return scope != LogOutScope.NONE;
    }

    /** Returns an executor of logins for whose results {@link #close} waits. */
    Executor expecting(Executor logins) {
        return isOn() ? queue.expecting(logins) : logins;
    }

    /** Returns the log-outs of one session that has no login yet. */
    OfSession ofSession(Account account, SessionPool.Entry entry) {
        return new OfSession(account, entry);
    }

    /** Logs out what {@code endOfSessions} and the requests in flight leave, for 2 s in all. */
    void close(Runnable endOfSessions) {
        queue.close(TOTAL, endOfSessions);
    }

    private void logOut(Account account, Login login) {
        var since = timing.nanoTime();
        try {
            mode.logOut(login, new LoginHttpTransport.Uncapped(bare, Deadline.after(TOTAL, timing)));
            log.debug("Logged out of {} ({}).", bare.label().logged(), mode.name());
            ended.record(Ended.SUCCESS, timing.nanoTime() - since);
        } catch (BackendError e) {
            if (warnings.isOver()) {
                var masked = account.secrets().and(login).masked(e);
                log.warn(
                        "A log-out at {} failed: {} ({}). It is not tried again.",
                        bare.label().logged(),
                        LogText.of(masked.content().orElse(masked.reason())),
                        mode.name());
            }
            ended.record(Ended.BROKEN, timing.nanoTime() - since);
        }
    }

    /**
     * The log-outs of one session. A login is logged out at most once: when it has been replaced or its session has ended,
     * and no request under it is in flight. Thread-safe.
     */
    final class OfSession {
        private final Account account;
        private final SessionPool.Entry entry;
        private volatile boolean isEnded;

        private OfSession(Account account, SessionPool.Entry entry) {
            this.account = account;
            this.entry = entry;
        }

        /** Returns a count of the calls of the session. */
        UseCount newCount() {
            return isOn() ? queue.newCount() : UseCount.NONE;
        }

        /**
         * Returns the count of the requests under a login that has come. If it signs as the one before it, both are the same
         * to the backend: the end of one would end the other.
         */
        UseCount countFor(Login login, @Nullable LoginGeneration before) {
            if (!isOn() || login.isFixed()) {
                return UseCount.NONE;
            }
            if (before != null && signsAs(login, before)) {
                return before.uses();
            }
            // The last login of a session ends after the calls of that, which are counted.
            return scope == LogOutScope.EVERY_LOGIN ? queue.newCount() : queue.newEnd();
        }

        /** The next generation can be seen by all requests, and has replaced the one before. */
        void replaced(@Nullable LoginGeneration before, LoginGeneration next) {
            if (before != null && before.uses() != next.uses() && scope == LogOutScope.EVERY_LOGIN) {
                end(before);
            }
            // After the next one can be seen: whichever is later, this or the end of the session, finds it.
            if (isEnded) {
                end(next);
            }
        }

        /**
         * A login has come that nobody waits for any more. If its session goes on and the mode logs out the last login
         * alone, it is left as one that was replaced.
         */
        void late(Login login) {
            if (!login.isFixed() && (scope == LogOutScope.EVERY_LOGIN || (isEnded && isOn()))) {
                add(login);
            }
        }

        /** The session has ended, and no call of it is under way. */
        void endSession(Supplier<Optional<LoginGeneration>> latest) {
            isEnded = true;
            latest.get().ifPresent(this::end);
        }

        /** One that the backend has rejected needs no log-out. */
        private void end(LoginGeneration last) {
            last.uses().end(() -> {
                if (!last.isOver()) {
                    add(last.login());
                }
            });
        }

        /** Another session may sign as this login does: by now, or by the time of its turn. */
        private void add(Login login) {
            if (!entry.isUsed(login)) {
                queue.add(() -> {
                    if (!entry.isUsedByAny(login)) {
                        logOut(account, login);
                    }
                });
            }
        }
    }

    /** Returns whether both are the same to the backend. */
    static boolean signsAs(Login login, LoginGeneration other) {
        return login.signature().equals(other.login().signature());
    }
}
