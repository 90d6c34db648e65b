package io.apikit.auth.internal.sharing;

import io.apikit.auth.internal.sharing.SharedBuckets.Counted;
import io.apikit.auth.internal.sharing.StoreBreaker.StoreAway;
import io.apikit.http.Timing;
import io.apikit.internal.limits.Rate;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The buckets that all replicas share, and this replica's part of them while the store is away. Thread-safe. No lock is held
 * during a command.
 *
 * <p>A token is taken before what it is for, and then given back or spent. A replica lets the others know of each token
 * that it spends. So each of them knows how many are left at most, and needs no store to refuse:
 *
 * <ul>
 *   <li>A store that has lost its buckets gives no new tokens.
 *   <li>A token that is missing in the store, and that nobody has spent, is one that is under way. It may come back.
 *   <li>Without the store, a token costs as many as there are replicas: what is left is divided by their number.
 * </ul>
 *
 * <p>When the store returns, each replica takes there what it has spent meanwhile. Until all have done so, for 5 s, a token
 * must be there in both: in the store and in the replica's own part. And while replicas are missing, their parts stay in
 * the store: they may be running without it.
 */
public final class DividedBuckets {
    /** Two heartbeats and a second: then each replica has noticed that the store is back, and has taken what it owes. */
    private static final Duration SETTLING = Duration.ofSeconds(5);

    private static final int MOST_OWED = 10_000;
    private static final int MOST_LIMITS = 16;

    /** Each try to take a token pays some, so that it does not take long. */
    private static final int PAID_AT_ONCE = 10;

    private static final int MOST_LOWERED = 10_000;
    private static final Pattern ANNOUNCED = Pattern.compile("[a-d][A-Za-z0-9_-]{1,64}");

    private final SharedBuckets store;
    private final Consumer<byte[]> announcement;
    private final Replicas replicas;
    private final Executor background;
    private final Timing timing;
    private final Map<Counted, Known> known = new EnumMap<>(Counted.class);
    /** Tokens of this replica's own under way, by limit. */
    private final Map<Limit, Integer> underWay = new ConcurrentHashMap<>();

    private final LinkedBlockingDeque<Debt> debts = new LinkedBlockingDeque<>(MOST_OWED);
    /** Until when this replica uses its own part, as far as is known now. */
    private final AtomicLong settledNanos;

    /**
     * Creates full buckets.
     *
     * @param rates the rate of each kind of bucket
     * @param announcement sends a message to the other replicas, which give it to {@link #received}. It may throw {@link
     *     StoreAway}
     * @param background runs commands that nobody waits for
     */
    public DividedBuckets(
            SharedBuckets store,
            Map<Counted, Rate> rates,
            Replicas replicas,
            Consumer<byte[]> announcement,
            Executor background,
            Timing timing) {
        this.store = store;
        this.announcement = announcement;
        this.replicas = replicas;
        this.background = background;
        this.timing = timing;
        this.settledNanos = new AtomicLong(timing.nanoTime());
        rates.forEach((what, rate) ->
                known.put(what, new Known(rate, new BucketLedger(rate, timing), new BucketLedger(rate, timing))));
    }

    /** Takes a token of a bucket, if there are as many as demanded, at most the burst. */
    Taken take(Limit limit, int demanded) {
        var needed = Math.min(demanded, known(limit).rate.burst());
        var spent = untilKnown(limit, needed);
        if (!spent.isZero()) {
            return new Taken(null, spent, true);
        }
        var isAlone = settledNanos.get() - timing.nanoTime() > 0;
        var own = isAlone ? takeAlone(limit, needed) : null;
        if (own != null && own.token == null) {
            return own;
        }
        try {
            return takeShared(limit, needed, own == null ? null : own.token);
        } catch (StoreAway ignored) {
            settle();
            return own == null ? takeAlone(limit, needed) : own;
        }
    }

    private Taken takeShared(Limit limit, int demanded, @Nullable Token own) {
        pay(PAID_AT_ONCE);
        var here = known(limit);
        var left = replicas.missing() * Math.max(1, here.rate.burst() / replicas.number());
        var wait = store.take(limit.name, Math.min(here.rate.burst(), demanded + left), here.rate);
        if (wait.isZero()) {
            if (own == null) {
                here.taken.charge(limit.name, 1);
                return new Taken(begun(new Token(limit, 1, true)), wait, false);
            }
            return new Taken(new Token(limit, own.cost, true), wait, false);
        }
        if (own != null) {
            unused(own);
        }
        return new Taken(null, wait, false);
    }

    /** A bucket of a burst below the number of replicas gives each of them one token, and is refilled the more slowly. */
    private Taken takeAlone(Limit limit, int demanded) {
        var here = known(limit);
        var cost = replicas.number();
        var part = Math.max(1, here.rate.burst() / cost);
        var needed = (long) Math.min(demanded, part) * cost;
        var wait = here.taken.take(limit.name, (int) Math.min(needed, here.rate.burst()), cost);
        return wait.isZero()
                ? new Taken(begun(new Token(limit, cost, false)), wait, false)
                : new Taken(null, wait, !underWay.containsKey(limit));
    }

    private Token begun(Token token) {
        underWay.merge(token.limit, 1, Integer::sum);
        return token;
    }

    private void ended(Token token) {
        underWay.computeIfPresent(token.limit, (same, number) -> number == 1 ? null : number - 1);
    }

    private void unused(Token token) {
        ended(token);
        known(token.limit).taken.refund(token.limit.name, token.cost);
    }

    /** Gives tokens back that were not used. */
    void giveBack(List<Token> tokens) {
        tokens.forEach(this::unused);
        var shared = fromStore(tokens);
        later(() -> shared.forEach(this::giveBackShared));
    }

    private void giveBackShared(Limit limit) {
        try {
            store.giveBack(limit.name, known(limit).rate);
        } catch (StoreAway e) {
            owe(limit, false);
            throw e;
        }
    }

    /** The tokens are used up. */
    void spend(List<Token> tokens) {
        for (var token : tokens) {
            ended(token);
            known(token.limit).spent.charge(token.limit.name, 1);
            if (!token.isFromStore) {
                owe(token.limit, true);
            }
        }
        var shared = fromStore(tokens);
        later(() -> {
            announce(shared);
            pay(tokens.size());
        });
    }

    private static List<Limit> fromStore(List<Token> tokens) {
        return tokens.stream().filter(Token::isFromStore).map(Token::limit).toList();
    }

    /** Counts what has happened without a token. */
    void charge(List<Limit> limits) {
        for (var limit : limits) {
            known(limit).count(limit.name);
            owe(limit, true);
        }
        later(() -> pay(limits.size()));
    }

    /** No thread that has logged in waits for the store, and no timer does. */
    private void later(Runnable commands) {
        background.execute(() -> {
            try {
                commands.run();
            } catch (StoreAway ignored) {
                settle();
            }
        });
    }

    /** Returns whether a bucket has had no token since it was full, as far as is known here. */
    boolean wasEmptied(Limit limit) {
        return known(limit).spent.wasEmptied(limit.name);
    }

    /** No token of this bucket has come back for so long that none is expected: see {@link Taken#isSpent}. */
    void learn(Limit limit, int demanded, Duration wait) {
        var here = known(limit);
        here.spent.learn(limit.name, Math.min(demanded, here.rate.burst()), wait);
    }

    /** Returns how long it takes at least until a bucket has so many tokens, at most the burst. Sends no command. */
    Duration untilKnown(Limit limit, int demanded) {
        var here = known(limit);
        return here.spent.until(limit.name, Math.min(demanded, here.rate.burst()));
    }

    /** Returns the rate of a kind of buckets. */
    Rate rate(Counted what) {
        return Objects.requireNonNull(known.get(what)).rate;
    }

    /**
     * Another replica has spent tokens. Anything but its message is ignored. So is what no replica can have spent: who
     * replays the messages of others shuts nobody out for longer than that.
     */
    public void received(byte[] message) {
        Arrays.stream(new String(message, StandardCharsets.US_ASCII).split(" ", MOST_LIMITS + 1))
                .limit(MOST_LIMITS)
                .filter(text -> ANNOUNCED.matcher(text).matches())
                .map(text -> new Limit(Counted.of(text.charAt(0)), text.substring(1)))
                .filter(limit -> known.containsKey(limit.what))
                .filter(this::isPossible)
                .forEach(limit -> known(limit).count(limit.name));
    }

    /** Without the store, each replica may spend one token that is not there. */
    private boolean isPossible(Limit limit) {
        var debt = untilKnown(limit, 0);
        return debt.compareTo(rate(limit.what).refill().multipliedBy(replicas.number())) <= 0;
    }

    private void announce(List<Limit> limits) {
        if (limits.isEmpty()) {
            return;
        }
        var text =
                limits.stream().map(limit -> limit.what.letter() + limit.name).collect(Collectors.joining(" "));
        announcement.accept(text.getBytes(StandardCharsets.US_ASCII));
    }

    /**
     * The store is back, or has lost what it knew. Takes there what this replica has spent meanwhile, and what it knows that
     * others have. Sends commands, perhaps many: for a thread in the background.
     */
    public void reconcile() {
        settle();
        try {
            pay(MOST_OWED);
            lower();
        } catch (StoreAway ignored) {
            settle();
        }
    }

    /** Returns whether no try is known here: what the store has is all that is known. */
    boolean isFresh() {
        return debts.isEmpty() && known.values().stream().allMatch(Known::isFull);
    }

    /** Takes tokens of the store until no bucket has more than is known here, however many replicas do so. */
    private void lower() {
        var commands = 0;
        for (var here : known.values()) {
            for (var bucket : here.spent.tokens()) {
                var isLower = false;
                while (!isLower && commands++ < MOST_LOWERED) {
                    isLower = !store.take(bucket.getKey(), bucket.getValue() + 1, here.rate)
                            .isZero();
                }
            }
        }
    }

    private void settle() {
        settledNanos.set(timing.nanoTime() + SETTLING.toNanos());
    }

    private void owe(Limit limit, boolean isSpent) {
        var debt = new Debt(limit, isSpent, timing.nanoTime());
        while (!debts.offerLast(debt)) {
            debts.pollFirst();
        }
    }

    private void pay(int most) {
        for (var i = 0; i < most; i++) {
            var debt = debts.pollFirst();
            if (debt == null) {
                return;
            }
            if (timing.nanoTime() - debt.sinceNanos < known(debt.limit).kept(debt.isSpent)) {
                pay(debt);
            }
        }
    }

    private void pay(Debt debt) {
        var limit = debt.limit;
        try {
            if (debt.isSpent) {
                store.charge(limit.name, known(limit).rate);
            } else {
                store.giveBack(limit.name, known(limit).rate);
            }
        } catch (StoreAway e) {
            debts.offerFirst(debt);
            throw e;
        }
        if (debt.isSpent) {
            announce(List.of(limit));
        }
    }

    private Known known(Limit limit) {
        return Objects.requireNonNull(known.get(limit.what));
    }

    /**
     * How many replicas there are.
     *
     * @param configured as the author of the service has said
     * @param alive as the store counts them, or has counted them last
     */
    public record Replicas(int configured, IntSupplier alive) {
        int number() {
            return Math.max(configured, alive.getAsInt());
        }

        int missing() {
            return Math.max(0, configured - alive.getAsInt());
        }
    }

    /**
     * A bucket.
     *
     * @param name opaque, and the same one in all replicas
     */
    record Limit(Counted what, String name) {}

    /**
     * A token that was taken.
     *
     * @param cost how many tokens it has cost in this replica's own part
     */
    record Token(Limit limit, int cost, boolean isFromStore) {}

    /**
     * The result of taking a token.
     *
     * @param token null if there were not enough
     * @param time how long until there are enough
     * @param isSpent whether it is known that no token under way may come back
     */
    record Taken(@Nullable Token token, Duration time, boolean isSpent) {}

    /** Something that the store does not know so far: a token that was spent without it, or was not used. */
    private record Debt(Limit limit, boolean isSpent, long sinceNanos) {}

    /**
     * What is known here of the buckets of one kind.
     *
     * @param spent all tokens that were spent
     * @param taken those, and those of this replica that are under way. What was taken without the store counts as many
     *     times as there are replicas
     */
    private record Known(Rate rate, BucketLedger spent, BucketLedger taken) {
        boolean isFull() {
            return spent.tokens().isEmpty() && taken.tokens().isEmpty();
        }

        private void count(String name) {
            spent.charge(name, 1);
            taken.charge(name, 1);
        }

        /** A debt is void once the bucket would have recovered from it. */
        long kept(boolean isSpent) {
            return rate.refill().toNanos() * (isSpent ? rate.burst() : 1);
        }
    }
}
