package io.apikit.auth.internal.logins;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.apikit.BackendError;
import io.apikit.auth.internal.logins.PasswordGuess.End;
import io.apikit.http.Timing;
import io.apikit.internal.caller.ClientNetwork;
import io.apikit.internal.limits.Rate;
import io.apikit.internal.limits.TokenBuckets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Limits wrong passwords of callers: for one user name, from all sources, and from one source, for all user names.
 * Thread-safe. Its lock is held for counting only, never while anything waits.
 *
 * <p>A token of each limit is taken before a try and given back unless the password is refused. So tries at the same time
 * count like tries one after another. Where a bucket is empty only because tries are under way, a further one waits for
 * one of these to end. It is refused once nothing under way can give a token back.
 *
 * <p>One source may use the tokens of a user but for the last one, which is kept for other sources. A source that has used
 * up its share leaves one token of the user until its share is full again. So do credentials that were refused before.
 * Credentials that were refused twice are tried again only where the source's share is full. So clients with an old password
 * leave a try to their user, at the same address too.
 *
 * <p>Credentials that were accepted in the last day are not limited, until the backend refuses them.
 *
 * @param <K> the key of credentials and of a user name
 */
public final class PasswordGuessLimiter<K> {
    private static final Duration ACCEPTED_FOR = Duration.ofDays(1);
    private static final int MOST_SHARES = 50_000;

    private final Rate perUser;
    private final Rate perShare;
    private final TokenBuckets<K> users;
    private final TokenBuckets<Share<K>> shares;
    private final TokenBuckets<ClientNetwork> sources;
    private final Cache<Share<K>, Boolean> usedUp;
    private final Cache<K, Boolean> accepted;
    private final HeldUpLogins heldUp;

    private final ReentrantLock lock = new ReentrantLock();
    /** Users, shares and sources with a try under way; guarded by the lock. */
    private final Map<Object, UnderWay<K>> underWay = new HashMap<>();

    /** Results of tries that have waited. They are handed over without the lock, by one thread at a time. */
    private final Queue<Runnable> decided = new ConcurrentLinkedQueue<>();

    private final AtomicBoolean isHandingOver = new AtomicBoolean();

    /** @param mostAccepted the most credentials that are known as accepted */
    public PasswordGuessLimiter(Rate perUser, Rate perSource, int mostAccepted, Timing timing) {
        this.perUser = perUser;
        this.perShare = new Rate(perUser.name(), Math.max(1, perUser.burst() - 1), perUser.refill(), false);
        this.users = new TokenBuckets<>(perUser, timing::nanoTime);
        this.shares = new TokenBuckets<>(perShare, timing::nanoTime);
        this.sources = new TokenBuckets<>(perSource, timing::nanoTime);
        this.usedUp = cache(MOST_SHARES, perShare.refill().multipliedBy(perShare.burst()), timing);
        this.accepted = cache(mostAccepted, ACCEPTED_FOR, timing);
        this.heldUp = new HeldUpLogins(timing);
    }

    private static <A> Cache<A, Boolean> cache(int most, Duration kept, Timing timing) {
        return Caffeine.newBuilder()
                .maximumSize(most)
                .expireAfterWrite(kept)
                .ticker(timing::nanoTime)
                .executor(Runnable::run)
                .build();
    }

    /** Returns what counts the logins that were held up. */
    public HeldUpLogins heldUp() {
        return heldUp;
    }

    /** These credentials were refused, here or at another replica: they are limited from now on. */
    public void forgetAccepted(K credentials) {
        accepted.invalidate(credentials);
    }

    /**
     * Demands that a try would not be refused now, without one.
     *
     * @throws BackendError 429 if it would be refused, however many are under way
     */
    public void requireOpen(Claim<K> claim) {
        if (isUnlimited(claim)) {
            return;
        }
        List<Hold> holds;
        lock.lock();
        try {
            holds = finalHolds(holds(claim));
        } finally {
            lock.unlock();
        }
        if (!holds.isEmpty()) {
            throw refusal(holds);
        }
    }

    /**
     * Begins a try. The caller must end it.
     *
     * @return the try, as soon as it may be made; a {@link BackendError} of 429 if too many passwords were refused. One
     *     that is cancelled leaves its place
     */
    public CompletableFuture<PasswordGuess> begin(Claim<K> claim) {
        if (isUnlimited(claim)) {
            return CompletableFuture.completedFuture(new PasswordGuess(end -> endedUnlimited(end, claim)));
        }
        var waiting = new Waiting<>(claim);
        Runnable result;
        lock.lock();
        try {
            claim.keys().forEach(this::settle);
            result = decide(waiting);
            if (result == null) {
                underWay(waiting.place).waiting.add(waiting);
            }
        } finally {
            lock.unlock();
        }
        handOver();
        if (result == null) {
            var unused = waiting.result.whenComplete((guess, refusal) -> forget(waiting));
        } else {
            result.run();
        }
        return waiting.result;
    }

    /** Returns whether the credentials are known as accepted, so that a try of them is not limited. */
    public boolean isUnlimited(Claim<K> claim) {
        return claim.standing() == Standing.ACCEPTED || accepted.getIfPresent(claim.credentials()) != null;
    }

    private void endedUnlimited(End end, Claim<K> claim) {
        if (end == End.ACCEPTED) {
            accepted.put(claim.credentials(), true);
        } else if (end != End.UNDECIDED) {
            accepted.invalidate(claim.credentials());
        }
    }

    /** Under the lock. Returns what ends the wait; null if the try has to wait, at the place that is noted. */
    private @Nullable Runnable decide(Waiting<K> waiting) {
        var claim = waiting.claim;
        var holds = holds(claim);
        if (holds.isEmpty()) {
            take(claim);
            var guess = new PasswordGuess(end -> ended(end, claim));
            return () -> {
                if (!waiting.result.complete(guess)) {
                    guess.undecided();
                }
            };
        }
        var last = finalHolds(holds);
        if (!last.isEmpty()) {
            return () -> waiting.result.completeExceptionally(refusal(last));
        }
        waiting.place = holds.get(0).key();
        return null;
    }

    /** Under the lock: the limits that have no token for a try. */
    private List<Hold> holds(Claim<K> claim) {
        var holds = new ArrayList<Hold>(1);
        var share = claim.share();
        var leavesOne = claim.standing() != Standing.UNKNOWN || usedUp.getIfPresent(share) != null;
        var ofUser = leavesOne ? Math.min(2, perUser.burst()) : 1;
        hold(holds, claim.user(), users.until(claim.user(), ofUser), HeldUpLogins.Limit.USER, claim.source());
        var ofShare = claim.standing() == Standing.REFUSED_TWICE ? perShare.burst() : 1;
        hold(holds, share, shares.until(share, ofShare), HeldUpLogins.Limit.SHARE, claim.source());
        hold(holds, claim.source(), sources.until(claim.source(), 1), HeldUpLogins.Limit.SOURCE, claim.source());
        return holds;
    }

    private static void hold(List<Hold> holds, Object key, Duration time, HeldUpLogins.Limit of, ClientNetwork source) {
        if (!time.isZero()) {
            holds.add(new Hold(key, time, of, source));
        }
    }

    /** Under the lock: those that no try under way can end. */
    private List<Hold> finalHolds(List<Hold> holds) {
        return holds.stream().filter(hold -> tries(hold.key()) == 0).toList();
    }

    private int tries(Object key) {
        var known = underWay.get(key);
        return known == null ? 0 : known.tries;
    }

    private UnderWay<K> underWay(Object key) {
        return underWay.computeIfAbsent(key, absent -> new UnderWay<>());
    }

    private void take(Claim<K> claim) {
        users.take(claim.user());
        shares.take(claim.share());
        sources.take(claim.source());
        claim.keys().forEach(key -> underWay(key).tries++);
    }

    private void ended(End end, Claim<K> claim) {
        if (end == End.ACCEPTED) {
            accepted.put(claim.credentials(), true);
        }
        lock.lock();
        try {
            if (end == End.REFUSED_LATE) {
                chargeAll(claim);
            } else {
                claim.keys().forEach(key -> underWay(key).tries--);
                if (end != End.REFUSED) {
                    giveBack(claim);
                }
            }
            noteShare(claim.share());
            claim.keys().forEach(this::settle);
        } finally {
            lock.unlock();
        }
        handOver();
    }

    /** Counts a refusal for which no try was begun. It holds up further tries alone. */
    public void charge(Claim<K> claim) {
        lock.lock();
        try {
            chargeAll(claim);
            noteShare(claim.share());
        } finally {
            lock.unlock();
        }
    }

    private void chargeAll(Claim<K> claim) {
        users.charge(claim.user());
        shares.charge(claim.share());
        sources.charge(claim.source());
    }

    private void giveBack(Claim<K> claim) {
        users.refund(claim.user());
        shares.refund(claim.share());
        sources.refund(claim.source());
    }

    private void noteShare(Share<K> share) {
        if (tries(share) == 0 && !shares.until(share, 1).isZero()) {
            usedUp.put(share, true);
        }
    }

    /** Under the lock: lets those go on that have waited here, the first one first, until one has to wait on. */
    private void settle(Object key) {
        var here = underWay.get(key);
        if (here == null) {
            return;
        }
        while (!here.waiting.isEmpty()) {
            var first = here.waiting.iterator().next();
            var result = decide(first);
            if (result == null && first.place.equals(key)) {
                return;
            }
            here.waiting.remove(first);
            if (result == null) {
                underWay(first.place).waiting.add(first);
            } else {
                decided.add(result);
            }
        }
        if (here.tries == 0) {
            underWay.remove(key);
        }
    }

    private void forget(Waiting<K> waiting) {
        lock.lock();
        try {
            var here = underWay.get(waiting.place);
            if (here != null) {
                here.waiting.remove(waiting);
            }
        } finally {
            lock.unlock();
        }
    }

    /** One thread at a time, however many results follow from each other: no stack grows with their number. */
    private void handOver() {
        while (!decided.isEmpty() && isHandingOver.compareAndSet(false, true)) {
            try {
                for (var next = decided.poll(); next != null; next = decided.poll()) {
                    next.run();
                }
            } finally {
                isHandingOver.set(false);
            }
        }
    }

    private BackendError refusal(List<Hold> holds) {
        var longest = holds.stream().max(Comparator.comparing(Hold::time)).orElseThrow();
        return heldUp.by(longest.of(), longest.source(), longest.time());
    }

    /**
     * A user name and a password that a request has brought.
     *
     * @param credentials the key of both
     * @param user the key of the user name alone
     * @param source where the request comes from
     * @param standing what is known of both
     */
    public record Claim<K>(K credentials, K user, ClientNetwork source, Standing standing) {
        /** Returns the same claim, with what is known now. */
        public Claim<K> with(Standing now) {
            return new Claim<>(credentials, user, source, now);
        }

        private Share<K> share() {
            return new Share<>(user, source);
        }

        private List<Object> keys() {
            return List.of(user, share(), source);
        }
    }

    /** What the backend has said of credentials last. */
    public enum Standing {
        /** Nothing, or too long ago. */
        UNKNOWN,
        /** They are good: a session has a login by them. */
        ACCEPTED,
        /** They were refused once. */
        REFUSED_ONCE,
        /** They were refused twice or more. */
        REFUSED_TWICE
    }

    /** What one source may use of one user's tokens. */
    private record Share<K>(K user, ClientNetwork source) {}

    /** A limit that has no token for a try: whose it is, and how long until it has one. */
    private record Hold(Object key, Duration time, HeldUpLogins.Limit of, ClientNetwork source) {}

    /** The tries under way of one user, share or source, and those that wait for one of them to end. */
    private static final class UnderWay<K> {
        private final Set<Waiting<K>> waiting = new LinkedHashSet<>();
        private int tries;
    }

    /** A try that is decided on, at once or later. */
    private static final class Waiting<K> {
        private final Claim<K> claim;
        private final CompletableFuture<PasswordGuess> result = new CompletableFuture<>();
        /** The key of what holds it up; guarded by the lock. */
        private Object place;

        private Waiting(Claim<K> claim) {
            this.claim = claim;
            this.place = claim.source();
        }
    }
}
