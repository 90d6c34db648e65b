package io.apikit.auth.internal.sharing;

import io.apikit.BackendError;
import io.apikit.auth.internal.logins.HeldUpLogins;
import io.apikit.auth.internal.logins.PasswordGuess;
import io.apikit.auth.internal.logins.PasswordGuess.End;
import io.apikit.auth.internal.logins.PasswordGuessLimiter.Standing;
import io.apikit.auth.internal.sharing.DividedBuckets.Limit;
import io.apikit.auth.internal.sharing.DividedBuckets.Token;
import io.apikit.auth.internal.sharing.SharedBuckets.Counted;
import io.apikit.http.Deadline;
import io.apikit.http.Timing;
import io.apikit.internal.caller.ClientNetwork;
import io.apikit.internal.util.Durations;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Limits the wrong passwords of callers over all replicas: for one user name, and from one source. The rules are those of
 * {@link io.apikit.auth.internal.logins.PasswordGuessLimiter}, which each replica has in front of this one. Thread-safe; no
 * lock is held.
 *
 * <p>A token of each limit is taken from the store before a try, and given back unless the password is refused. So however
 * many replicas try at the same time, no more wrong passwords are tried than there are tokens. Where tokens are missing, but
 * were not spent as far as this replica knows, they are under way at another replica, and may come back. So a try waits for
 * them, and a right password is not refused because of others that are right. As soon as it is known that they were spent,
 * the try is refused. A message says so within milliseconds of a refusal. Without it the wait ends after 5 s, or half of the
 * time that is left.
 */
public final class SharedGuesses {
    private static final Duration MOST_WAIT = Duration.ofSeconds(5);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(20);
    private static final Duration LAST_PAUSE = Duration.ofMillis(200);

    private final DividedBuckets buckets;
    private final StoreKeys keys;
    private final HeldUpLogins heldUp;
    private final Timing timing;

    /** @param heldUp counts what is held up here as well */
    public SharedGuesses(DividedBuckets buckets, StoreKeys keys, HeldUpLogins heldUp, Timing timing) {
        this.buckets = buckets;
        this.keys = keys;
        this.heldUp = heldUp;
        this.timing = timing;
    }

    /**
     * Begins a try, once other tries under way let it. The caller must end it. Sends commands and may wait, so it is not for
     * a timer's thread. Where the store is away, this replica's own part of the limits counts.
     *
     * @param user the user name in one spelling
     * @param source where the request comes from
     * @param standing what is known of the credentials, in the store too
     * @param deadline when the login must have ended
     * @throws BackendError 429 if too many passwords were refused; 503 if the thread is interrupted
     */
    public PasswordGuess begin(String user, ClientNetwork source, Standing standing, Deadline deadline) {
        var claim = new Claim(user, source);
        if (standing == Standing.ACCEPTED) {
            // The first refusal of credentials that were accepted is counted, and hinders the next ones.
            return new PasswordGuess(claim::endedUnlimited);
        }
        var half = deadline.left().dividedBy(2);
        var left = Durations.shorter(half, MOST_WAIT);
        var since = timing.nanoTime();
        for (var pause = FIRST_PAUSE; ; pause = longer(pause)) {
            var waited = Duration.ofNanos(timing.nanoTime() - since);
            var tokens = claim.take(standing, waited.compareTo(left) >= 0);
            if (!tokens.isEmpty()) {
                return new PasswordGuess(end -> claim.ended(end, tokens));
            }
            sleep(pause);
        }
    }

    /** Counts a refusal for which no try was begun. It holds up further tries alone. */
    public void charge(String user, ClientNetwork source) {
        buckets.charge(new Claim(user, source).all());
    }

    private static Duration longer(Duration pause) {
        return Durations.shorter(pause.multipliedBy(2), LAST_PAUSE);
    }

    private void sleep(Duration pause) {
        try {
            timing.sleep(pause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw BackendError.of(503, "The login was interrupted.");
        }
    }

    /** The limits that count a try: one of each kind, or two while the secret of the store is changed. */
    private final class Claim {
        private final ClientNetwork source;
        private final List<Limit> ofUser;
        private final List<Limit> ofShare;
        private final List<Limit> ofSource;

        private Claim(String user, ClientNetwork source) {
            var from = source.toString();
            this.source = source;
            this.ofUser = limits(Counted.USER, user);
            this.ofShare = limits(Counted.SHARE, user, from);
            this.ofSource = limits(Counted.SOURCE, from);
        }

        private List<Limit> limits(Counted what, String... parts) {
            return keys.buckets(what.name(), parts).stream()
                    .map(name -> new Limit(what, name))
                    .toList();
        }

        private List<Limit> all() {
            return Stream.of(ofUser, ofShare, ofSource).flatMap(List::stream).toList();
        }

        /**
         * Takes a token of each limit, or none.
         *
         * @param isLast whether the try waits no longer
         * @return the tokens; none if the try has to wait
         * @throws BackendError if it is refused
         */
        private List<Token> take(Standing standing, boolean isLast) {
            var tokens = new ArrayList<Token>();
            for (var limit : all()) {
                var demanded = demanded(limit.what(), standing);
                var taken = buckets.take(limit, demanded);
                if (taken.token() == null) {
                    buckets.giveBack(tokens);
                    if (isLast) {
                        buckets.learn(limit, demanded, taken.time());
                    }
                    if (isLast || taken.isSpent()) {
                        throw refusal(standing, new Hold(limit, taken.time()));
                    }
                    return List.of();
                }
                tokens.add(taken.token());
            }
            return tokens;
        }

        /** A try that comes back after the longest time meets no other limit that is known now. */
        private BackendError refusal(Standing standing, Hold met) {
            var known = longest(standing);
            var hold = known.time.compareTo(met.time) > 0 ? known : met;
            return heldUp.by(
                    switch (hold.limit.what()) {
                        case USER -> HeldUpLogins.Limit.USER;
                        case SHARE -> HeldUpLogins.Limit.SHARE;
                        default -> HeldUpLogins.Limit.SOURCE;
                    },
                    source,
                    hold.time);
        }

        private Hold longest(Standing standing) {
            return all().stream()
                    .map(limit -> new Hold(limit, buckets.untilKnown(limit, demanded(limit.what(), standing))))
                    .max(Comparator.comparing(Hold::time))
                    .orElseThrow();
        }

        private int demanded(Counted what, Standing standing) {
            return switch (what) {
                case USER -> leavesOne(standing) ? 2 : 1;
                case SHARE ->
                    standing == Standing.REFUSED_TWICE ? buckets.rate(what).burst() : 1;
                default -> 1;
            };
        }

        /** A source that has used up its share leaves one token to others, and so do credentials that were refused. */
        private boolean leavesOne(Standing standing) {
            return standing != Standing.UNKNOWN || ofShare.stream().anyMatch(buckets::wasEmptied);
        }

        private void ended(End end, List<Token> tokens) {
            switch (end) {
                case ACCEPTED, UNDECIDED -> buckets.giveBack(tokens);
                case REFUSED -> buckets.spend(tokens);
                case REFUSED_LATE -> buckets.charge(all());
            }
        }

        private void endedUnlimited(End end) {
            if (end == End.REFUSED || end == End.REFUSED_LATE) {
                buckets.charge(all());
            }
        }
    }

    /** A limit, and how long until it has the tokens for a try. */
    private record Hold(Limit limit, Duration time) {}
}
