package io.apikit.auth;

import com.github.benmanes.caffeine.cache.Cache;
import io.apikit.BackendError;
import io.apikit.auth.CredentialsDigest.SessionKey;
import io.apikit.http.RetryAfter;
import io.apikit.http.Timing;
import io.apikit.ops.Buckets;
import io.apikit.ops.ClientNetwork;
import java.text.Normalizer;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
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
final class Guesses {
    private static final Logger log = LoggerFactory.getLogger(Guesses.class);
    private static final Duration REMEMBERED = Duration.ofDays(1);
    private static final Duration TOLD_EVERY = Duration.ofMinutes(1);

    private final Buckets<SessionKey> users;
    private final Buckets<ClientNetwork> sources;
    private final Cache<SessionKey, Boolean> accepted;
    private final CredentialsDigest digest;
    private final Timing timing;
    private final AtomicLong toldNanos;

    Guesses(SessionSettings settings, CredentialsDigest digest) {
        this.timing = settings.timing();
        this.toldNanos = new AtomicLong(timing.nanoTime() - TOLD_EVERY.toNanos());
        LongSupplier now = timing::nanoTime;
        var perUser = settings.refusalsPerUser();
        var perSource = settings.refusalsPerSource();
        this.users = new Buckets<>("user", perUser.burst(), perUser.refill(), now);
        this.sources = new Buckets<>("source", perSource.burst(), perSource.refill(), now);
        this.accepted = settings.bounded(settings.maxSessions())
                .expireAfterWrite(REMEMBERED)
                .build();
        this.digest = digest;
    }

    /**
     * The first login of a session is about to be possible.
     *
     * @param from where the request came from that brought the credentials; empty if no request did
     * @throws BackendError 429 if too many were refused of late
     */
    Guess begin(SessionKey credentials, Account account, Optional<ClientNetwork> from) {
        if (from.isEmpty() || !(account.credentials() instanceof Credentials.Password password)) {
            return Guess.NONE;
        }
        var source = from.get();
        if (accepted.getIfPresent(credentials) != null) {
            return new Guess(() -> {}, () -> accepted.invalidate(credentials));
        }
        refuse(sources.untilOne(source), "from " + source);
        var user = digest.ofUser(spelledAlike(password.username()));
        refuse(users.take(user), "for one user");
        return new Guess(
                () -> {
                    users.giveBack(user);
                    accepted.put(credentials, true);
                },
                () -> sources.owe(source));
    }

    /** Many a backend takes one spelling of a name for another: whoever guesses must not have tries for each. */
    private static String spelledAlike(String username) {
        return Normalizer.normalize(username, Normalizer.Form.NFKC).strip().toLowerCase(Locale.ROOT);
    }

    private void refuse(Duration wait, String of) {
        if (!wait.isZero()) {
            tell(of, wait);
            throw BackendError.of(429, "Too many logins were refused.").withHeader("Retry-After", RetryAfter.in(wait));
        }
    }

    /** Once in a while: whoever guesses must not fill the log. */
    private void tell(String of, Duration wait) {
        var now = timing.nanoTime();
        var last = toldNanos.get();
        if (now - last >= TOLD_EVERY.toNanos() && toldNanos.compareAndSet(last, now)) {
            log.warn(
                    "Too many passwords were refused {}: logins are answered with 429, for {} s now",
                    of,
                    wait.toSeconds() + 1);
        }
    }
}
