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
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
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
    private final boolean isShared;
    private final Duration delay;
    private final Set<Later> later = ConcurrentHashMap.newKeySet();
    private volatile boolean isClosed;

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

    /**
     * @param delay after how long a login is logged out that other replicas have as well; null if there are no others
     */
    LogOutAttempt(
            GuardedAuthenticator mode,
            BareTransport bare,
            Timing timing,
            BackendMetrics meters,
            @Nullable Duration delay) {
        this.isShared = delay != null;
        this.delay = delay == null ? Duration.ZERO : delay;
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

    /** Logs out what {@code endOfSessions} and the requests in flight leave, for 2 s in all. What is to be done later is not. */
    void close(Runnable endOfSessions) {
        queue.close(TOTAL, endOfSessions);
        isClosed = true;
        later.forEach(Later::drop);
    }

    /** A log-out that waits until other replicas have taken the next login over, and ended their requests. */
    private final class Later {
        private final Runnable logOut;
        private final AtomicBoolean isOver = new AtomicBoolean();

        private Later(Runnable logOut) {
            this.logOut = logOut;
        }

        private void begin() {
            if (later.size() >= LogOutQueue.MOST_WAITING) {
                ended.record(Ended.DROPPED, 0);
                return;
            }
            later.add(this);
            CompletableFuture.delayedExecutor(delay.toNanos(), TimeUnit.NANOSECONDS)
                    .execute(this::end);
            // After it can be found: of two threads, this one and that which closes, at least one sees the other.
            if (isClosed) {
                drop();
            }
        }

        private void end() {
            if (later.remove(this) && isOver.compareAndSet(false, true)) {
                queue.add(logOut);
            }
        }

        private void drop() {
            if (isOver.compareAndSet(false, true)) {
                later.remove(this);
                ended.record(Ended.DROPPED, 0);
            }
        }
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
            // The last login of a session ends after the calls of that, which are counted. With other replicas it goes
            // on.
            if (isShared && scope == LogOutScope.LAST_LOGIN) {
                return UseCount.NONE;
            }
            return scope == LogOutScope.EVERY_LOGIN ? queue.newCount() : queue.newEnd();
        }

        /**
         * The next generation can be seen by all requests, and has replaced the one before. Of one that other replicas have
         * too, the replica that has replaced it for all of them logs out.
         */
        void replaced(@Nullable LoginGeneration before, LoginGeneration next, boolean isAdopted) {
            var isLast = !isAdopted || (before != null && !before.mayBeKnown());
            if (before != null && before.uses() != next.uses() && scope == LogOutScope.EVERY_LOGIN && isLast) {
                end(before);
            }
            // After the next one can be seen: whichever is later, this or the end of the session, finds it.
            if (isEnded && !isShared) {
                end(next);
            }
        }

        /** A login of this session came too late: another replica has written a later one, which is used. */
        void replacedByOthers(Login login) {
            if (!login.isFixed() && scope == LogOutScope.EVERY_LOGIN) {
                add(login);
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

        /** The session has ended, and no call of it is under way. Other replicas go on under a login that they share. */
        void endSession(Supplier<Optional<LoginGeneration>> latest) {
            isEnded = true;
            if (!isShared) {
                latest.get().ifPresent(this::end);
            }
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
            if (entry.isUsed(login)) {
                return;
            }
            Runnable logOut = () -> {
                if (!entry.isUsedByAny(login)) {
                    logOut(account, login);
                }
            };
            if (isShared) {
                new Later(logOut).begin();
            } else {
                queue.add(logOut);
            }
        }
    }

    /** Returns whether both are the same to the backend. */
    static boolean signsAs(Login login, LoginGeneration other) {
        return login.signature().equals(other.login().signature());
    }
}
