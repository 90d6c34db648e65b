package io.apikit.auth.simulation;

import io.apikit.BackendError;
import io.apikit.auth.LoginStore.Lease;
import io.apikit.auth.LoginStore.Stored;
import io.apikit.http.BackendRequest;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The rules that all replicas keep together. A login may begin in three cases only:
 *
 * <ol>
 *   <li>Under a lease that still holds, after a look at the record under it: the store has neither a login that is newer than
 *       the session's own and live, nor a refusal that counts. So one generation is logged in once, and refused credentials
 *       are tried once.
 *   <li>Under a lease that has ended since, by the store's clock, or that the store has lost.
 *   <li>Without the store: a command of this run has failed, or one has failed before and no sign of life has come through
 *       since.
 * </ol>
 */
final class SharedLoginRules {
    private static final long COOL_DOWN = SimulatedSessions.COOL_DOWN.toNanos();

    /** Two clocks that are fast by a twentieth each. */
    private static final double SLOWEST = 0.85;

    private final ReplicatedSimulation world;
    private final Map<String, SharedAccount> keys = new HashMap<>();
    private final Map<SharedAccount, String> keyOf = new HashMap<>();

    /** When the store has lost something last. */
    private long lostNanos = Long.MIN_VALUE;

    SharedLoginRules(ReplicatedSimulation world) {
        this.world = world;
    }

    /** A run has read the record: from now on it knows what is there. */
    void read(@Nullable StoreRun run, String key) {
        if (run != null) {
            isOf(key, run);
            run.hasReadUnderLease = run.lease != 0;
        }
    }

    void leased(@Nullable StoreRun run, String key, Lease lease) {
        if (run != null && lease.isTaken()) {
            isOf(key, run);
            require(run.lease == 0 || !isHeld(run), "rule 2: " + run + " takes a second lease");
            run.leased(lease.number(), world.store().epoch());
        }
    }

    /** Rule 6: a key of the store is that of one account, and each account has one. */
    private void isOf(String key, StoreRun run) {
        var account = run.session.account();
        run.key = key;
        var known = keys.putIfAbsent(key, account);
        require(
                known == null || known == account,
                "rule 6: " + known + " and " + account + " share a key of the store");
        var before = keyOf.putIfAbsent(account, key);
        require(before == null || before.equals(key), "rule 6: " + account + " has two keys in the store");
    }

    /** Whose key it is, as far as that is known. */
    @Nullable
    SharedAccount account(String key) {
        return keys.get(key);
    }

    /** A login is about to be asked of the provider. */
    void begins(StoreRun run) {
        var session = run.session;
        require(!run.isTried || run.hasLostItsLogin(), "rule 2: " + run + " logs in twice");
        run.isTried = true;
        require(session.isSpent(), "rule 1: " + run + " logs in though " + session.current() + " is good");
        require(run.failed.size() <= 1, run + " waits for the store in vain more than once: " + run.failed);
        if (run.isWithoutStore()) {
            world.trace().note("login without the store", run, session.account(), session.replica());
            return;
        }
        require(run.lease != 0, "rule 2: " + run + " logs in without a lease, though the store is there");
        require(run.hasReadUnderLease, "rule 1: " + run + " has not looked at the record under its lease");
        if (!isHeld(run)) {
            world.trace().note("login after its lease", run, session.account(), session.replica());
            return;
        }
        world.trace().note("login under a lease", run, session.account(), session.replica(), run.lease);
        world.store()
                .read(run.key)
                .flatMap(record -> login(run.key, record))
                .ifPresent(known -> requireNewest(run, known));
        var now = world.time().now();
        require(
                session.account().refusals().stream()
                        .noneMatch(refusal -> refusal.isShared && now - refusal.atNanos < COOL_DOWN * SLOWEST),
                "rule 5: " + run + " tries " + session.account() + ", whose refusal is in the store");
    }

    private boolean isHeld(StoreRun run) {
        return run.leaseEpoch == world.store().epoch() && world.store().isHeld(run.key, run.lease);
    }

    private void requireNewest(StoreRun run, SharedToken known) {
        var own = run.session.current();
        var isNewer = own == null || known.isSurelyLaterThan(own, world.time().now());
        require(
                !isNewer || !known.isSurelyLive(world.time().now()),
                "rule 1: " + run + " logs in though the store has " + known + ", newer than " + own);
    }

    void refused(StoreRun run) {
        var refusal = new SharedAccount.Refusal(world.time().now());
        run.refusal = refusal;
        run.session.account().refusals().add(refusal);
    }

    /** A write is on its way: rule 6 says whose login may be in it. */
    void writes(ModelReplica replica, @Nullable StoreRun run, String key, Stored record) {
        login(key, record).ifPresent(token -> {
            // All reads of the session may have failed.
            var account = keys.computeIfAbsent(key, absent -> token.account);
            require(
                    token.account == account,
                    "rule 6: " + token + " of " + token.account + " in the record of " + account);
            require(mayUse(replica, token), "rule 1: " + replica + " writes " + token + ", which is not its own");
        });
        require(
                run == null || run.lease == 0 || run.lease == record.number(),
                "rule 1: " + run + " writes under another lease than its own");
    }

    /** The store has taken it. */
    void isWritten(@Nullable StoreRun run, String key, Stored record) {
        if (run != null && run.refusal != null && !run.isGivenUp) {
            run.refusal.isShared = true;
        }
        login(key, record).ifPresent(token -> {
            token.isPublished = true;
            // One that was made without the store takes the place of a refusal that came before it, as far as clocks
            // can say.
            // So does one whose number is greater since the store has lost its numbers.
            var now = world.time().now();
            token.account.refusals().stream()
                    .filter(refusal -> token.issued < lostNanos || !token.isSurelyBefore(refusal.atNanos, now))
                    .forEach(refusal -> refusal.isShared = false);
        });
    }

    void wrote(@Nullable StoreRun run, String key, Stored record, boolean isWritten) {
        if (run == null) {
            return;
        }
        run.isOffered = true;
        var token = run.issued;
        if (!isWritten && token != null && login(key, record).equals(Optional.of(token))) {
            token.isDropped = true;
            world.trace().note("dropped", token);
        }
    }

    /** The store has lost what it knew last. */
    void isLost() {
        lostNanos = world.time().now();
        world.accounts().forEach(account -> account.refusals().forEach(refusal -> refusal.isShared = false));
    }

    /** A run has ended, and the store was there: others have its result or its lease. */
    void ends(StoreRun run) {
        if (run.isWithoutStore() || run.lease == 0 || run.isGivenUp) {
            return;
        }
        var isEnding = run.session.replica().store().isEnding(run.key, run.lease);
        require(isEnding || !isHeld(run), run + " has left its lease");
        var hasResult = run.issued != null || run.refusal != null;
        var isLatest = run.leaseEpoch == world.store().epoch() && world.store().isLatest(run.key, run.lease);
        require(!hasResult || run.isOffered || !isLatest, "rule 5: the result of " + run + " is not shared");
    }

    /** A session has another login than before: its own, or one that the store has. */
    void has(ReplicaSession session, SharedToken token) {
        require(
                token.account == session.account(),
                "rule 6: " + token + " of " + token.account + " for " + session.account());
        require(
                mayUse(session.replica(), token),
                "rule 1: " + session.replica() + " uses " + token + ", which is not its own");
        world.trace()
                .note(
                        token.issuedTo == session.replica() ? "has its login" : "has the login of another replica",
                        session.replica(),
                        token);
    }

    private static boolean mayUse(ModelReplica replica, SharedToken token) {
        return token.isPublished || (token.issuedTo == replica && !token.isDropped);
    }

    /** A request is on its way. */
    void sends(ReplicaSession session, SharedCall call, BackendRequest request) {
        var token = world.provider().token(request.header("X-Token").orElse(""));
        require(
                token != null && token.account == call.account && session.account() == call.account,
                "rule 6: " + call + " is sent with " + token);
        require(
                token == null || mayUse(session.replica(), token),
                "rule 1: " + call + " is sent with " + token + ", which was never published");
        var cookies = request.header("Cookie").orElse("");
        require(
                token == null || cookies.isEmpty() || cookies.startsWith("roll=" + Secret.cookies(token.number)),
                "rule 6: " + call + " is sent with a cookie of another login");
    }

    void failed(ReplicaSession session, BackendError error) {
        world.secrets().inspect(error);
        world.trace().note("a run failed", session.account(), session.replica(), error.statusCode());
    }

    /** The login in a record, if there is one. */
    Optional<SharedToken> login(String key, Stored record) {
        return world.opened(key, record).map(login -> world.provider().token(login));
    }

    /** The login that the store has of an account, if any. */
    Optional<SharedToken> stored(SharedAccount account) {
        var key = keyOf.get(account);
        return key == null ? Optional.empty() : world.store().read(key).flatMap(record -> login(key, record));
    }

    /** At the end: all that are logged in have the login that the store has, if that is live. */
    void requireOneLogin(SharedAccount account) {
        var stored =
                stored(account).filter(token -> token.isSurelyLive(world.time().now()));
        for (var replica : world.replicas()) {
            var session = replica.sessions().get(account);
            if (session != null && session.isGood() && stored.isPresent()) {
                require(
                        session.current() == stored.get(),
                        "at the end " + replica + " has " + session.current() + ", and the store " + stored.get());
            }
        }
        if (stored.isPresent()) {
            world.trace().note("one login", account, stored.get());
        }
    }

    private void require(boolean holds, String rule) {
        world.baton().require(holds, () -> rule);
    }
}
