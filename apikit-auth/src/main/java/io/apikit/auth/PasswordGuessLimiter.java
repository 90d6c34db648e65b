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
 * How many passwords callers may get wrong before they are not tried any more: for one user name, wherever they come
 * from, and from one source, whoever they are for. Threadsafe.
 *
 * <p>For a user one is taken before the login and given back after a good one, so that however many come at once, no more
 * are tried than there are. For a source only refusals count: behind one address many honest callers may log in at the
 * same time. Those that are under way together may be more than there are; they are owed, and waited for later.
 *
 * <p>Credentials that were accepted before are no guess, and are never held up: somebody else's guesses at a user's
 * name do not lock out the user, as long as the service has seen the right password in the last day.
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

    PasswordGuessLimiter(SessionSettings settings, SessionKeys digest) {
        this.timing = settings.timing();
        this.lastWarningNanos = new AtomicLong(timing.nanoTime() - WARNING_INTERVAL.toNanos());
        LongSupplier now = timing::nanoTime;
        this.users = new TokenBuckets<>(settings.refusalsPerUser(), now);
        this.sources = new TokenBuckets<>(settings.refusalsPerSource(), now);
        this.accepted = settings.bounded(settings.maxSessions())
                .expireAfterWrite(ACCEPTED_FOR)
                .build();
        this.keys = digest;
    }

    /**
     * The first login of a session is about to be possible.
     *
     * @param from where the request came from that brought the credentials; empty if no request did
     * @throws BackendError 429 if too many were refused of late
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

    /** Many a backend takes one spelling of a name for another: whoever guesses must not have tries for each. */
    private static String normalized(String username) {
        return Normalizer.normalize(username, Normalizer.Form.NFKC).strip().toLowerCase(Locale.ROOT);
    }

    private void refuse(Duration wait, String of) {
        if (!wait.isZero()) {
            warn(of, wait);
            throw BackendError.of(429, "Too many logins were refused.")
                    .withHeader("Retry-After", RetryAfter.format(wait));
        }
    }

    /** Once in a while: whoever guesses must not fill the log. */
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

    /** One session's credentials, until a login has shown whether they are good; what comes after that is no guess. */
    static final class PasswordAttempt {
        static final PasswordAttempt NONE = new PasswordAttempt(() -> {}, () -> {});

        private final Runnable onAccepted;
        private final Runnable onRefused;
        private final AtomicBoolean concluded = new AtomicBoolean();

        PasswordAttempt(Runnable wasGood, Runnable wasWrong) {
            this.onAccepted = wasGood;
            this.onRefused = wasWrong;
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
