package io.apikit.auth;

import com.github.benmanes.caffeine.cache.Cache;
import io.apikit.BackendError;
import io.apikit.auth.SessionKeys.SessionKey;
import io.apikit.http.RetryAfter;
import io.apikit.http.Timing;
import io.apikit.internal.caller.ClientNetwork;
import io.apikit.internal.limits.TokenBuckets;
import java.text.Normalizer;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Limits wrong passwords of callers: for one user name, from all sources, and from one source, for all user names.
 * Thread-safe.
 *
 * <p>For a user name a token is taken before each login and given back after a good one, so concurrent attempts cannot
 * exceed the limit. For a source only refusals count, because many honest callers may log in from one address at the
 * same time. Concurrent attempts from a source may exceed the limit. The excess is charged against its future capacity.
 *
 * <p>Credentials that were accepted in the last day are not limited. Guesses at a user's name by others do not lock out
 * that user, if the service has seen the right password within the last day.
 */
final class PasswordGuessLimiter {
    private static final Logger log = LoggerFactory.getLogger(PasswordGuessLimiter.class);
    private static final Duration ACCEPTED_FOR = Duration.ofDays(1);
    private static final Duration WARNING_INTERVAL = Duration.ofMinutes(1);

    private final TokenBuckets<SessionKey> users;
    private final TokenBuckets<ClientNetwork> sources;
    private final Cache<SessionKey, Boolean> accepted;
    private final SessionKeys keys;
    private final Timing timing;
    private final AtomicLong lastWarningNanos;

    PasswordGuessLimiter(SessionSettings settings, SessionKeys keys) {
        this.timing = settings.timing();
        this.lastWarningNanos = new AtomicLong(timing.nanoTime() - WARNING_INTERVAL.toNanos());
        LongSupplier now = timing::nanoTime;
        this.users = new TokenBuckets<>(settings.refusalsPerUser(), now);
        this.sources = new TokenBuckets<>(settings.refusalsPerSource(), now);
        this.accepted = settings.bounded(settings.maxSessions())
                .expireAfterWrite(ACCEPTED_FOR)
                .build();
        this.keys = keys;
    }

    /**
     * Starts an attempt, before the first login of a session.
     *
     * @param from the source of the request with the credentials; empty if there is no such request
     * @throws BackendError 429 if too many passwords were refused
     */
    PasswordAttempt begin(SessionKey credentials, Account account, Optional<ClientNetwork> from) {
        if (from.isEmpty() || !(account.credentials() instanceof Credentials.Password password)) {
            return PasswordAttempt.NONE;
        }
        var source = from.get();
        if (accepted.getIfPresent(credentials) != null) {
            return new PasswordAttempt(() -> {}, () -> accepted.invalidate(credentials));
        }
        refuse(sources.untilNext(source), "from " + source);
        var user = keys.ofUser(normalized(password.username()));
        refuse(users.take(user), "for one user");
        return new PasswordAttempt(
                () -> {
                    users.refund(user);
                    accepted.put(credentials, true);
                },
                () -> sources.charge(source));
    }

    /** Many backends ignore case and form of a name, so all spellings of a name share one limit. */
    private static String normalized(String username) {
        return Normalizer.normalize(username, Normalizer.Form.NFKC).strip().toLowerCase(Locale.ROOT);
    }

    private void refuse(Duration wait, String of) {
        if (!wait.isZero()) {
            warn(of, wait);
            throw BackendError.of(429, "Too many logins were refused.")
                    .withHeader(RetryAfter.HEADER, RetryAfter.format(wait));
        }
    }

    /** Logs at most once a minute, so that guesses cannot fill the log. */
    private void warn(String of, Duration wait) {
        var now = timing.nanoTime();
        var last = lastWarningNanos.get();
        if (now - last >= WARNING_INTERVAL.toNanos() && lastWarningNanos.compareAndSet(last, now)) {
            log.warn(
                    "Too many passwords were refused {}: logins are answered with 429, for {} s now",
                    of,
                    wait.toSeconds() + 1);
        }
    }

    /** The credentials of one session, until a login has shown whether they are good. Later results do not count. */
    static final class PasswordAttempt {
        static final PasswordAttempt NONE = new PasswordAttempt(() -> {}, () -> {});

        private final Runnable onAccepted;
        private final Runnable onRefused;
        private final AtomicBoolean concluded = new AtomicBoolean();

        PasswordAttempt(Runnable onAccepted, Runnable onRefused) {
            this.onAccepted = onAccepted;
            this.onRefused = onRefused;
        }

        void accepted() {
            if (concluded.compareAndSet(false, true)) {
                onAccepted.run();
            }
        }

        void refused() {
            if (concluded.compareAndSet(false, true)) {
                onRefused.run();
            }
        }
    }
}
