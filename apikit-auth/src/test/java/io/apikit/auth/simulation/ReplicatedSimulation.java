package io.apikit.auth.simulation;

import io.apikit.auth.Login;
import io.apikit.auth.LoginStore.Stored;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;

/** Replicas of a service on one store, before one backend: a world in which one seed decides everything. */
final class ReplicatedSimulation implements AutoCloseable {
    static final int REPLICAS = 3;

    private static final int CALLERS = 9;
    private static final List<String> USERS = List.of("annabelle", "benedict", "cleopatra");
    private static final int PASSWORDS = 2;
    private static final long REAL_LIMIT_SECONDS = 60;

    /** The longest time for which a replica does without the store once that is back, and what follows from its return. */
    private static final Duration RETURN = Duration.ofSeconds(80);

    /** What follows from a message, with a second try of what has failed. */
    private static final Duration NEWS = Duration.ofSeconds(10);

    private static final Duration TOTAL = Duration.ofSeconds(30);

    private final boolean isFair;
    private final Path key;
    private final Dice dice;
    private final Trace trace;
    private final Baton baton;
    private final VirtualTime time;
    private final ModelStore store;
    private final ModelProvider provider;
    private final SecretWatch secrets;
    private final SharedLoginRules rules;
    private final List<ModelUser> users = new ArrayList<>();
    private final List<SharedAccount> accounts = new ArrayList<>();
    private final List<ReplicatedCaller> callers = new ArrayList<>();
    private final List<ModelReplica> replicas = new ArrayList<>();
    private final List<ModelReplica> killed = new ArrayList<>();
    private final Map<Thread, SharedCall> calls = new HashMap<>();
    private int calling = CALLERS;
    private boolean calm;
    private long number;

    /** An even seed has a world in which nothing but the store has faults. */
    ReplicatedSimulation(long seed, long steps) {
        this.isFair = seed % 2 == 0;
        this.dice = new Dice(seed);
        this.trace = new Trace("-Dapikit.replicas.seed=" + seed + " -Dapikit.replicas.steps=" + steps);
        this.baton = new Baton(dice, trace, 3 * steps + 200_000);
        this.time = new VirtualTime(baton);
        this.store = new ModelStore(time, 1 + 0.05 * (2 * dice.fraction() - 1));
        this.provider = new ModelProvider(this);
        this.secrets = new SecretWatch(baton);
        this.rules = new SharedLoginRules(this);
        this.key = secretOf(seed);
        USERS.forEach(name -> {
            var user = new ModelUser(name);
            users.add(user);
            for (var i = 0; i < PASSWORDS; i++) {
                accounts.add(new SharedAccount(user, i));
            }
        });
        var weather = new ReplicatedWeather(this);
        baton.world(weather::step, weather::idle);
        for (var i = 0; i < CALLERS; i++) {
            caller(steps, i == 0);
        }
        for (var i = 0; i < REPLICAS; i++) {
            replicas.add(new ModelReplica(this, ++number));
        }
    }

    private static Path secretOf(long seed) {
        try {
            var secret = new byte[32];
            new Random(seed).nextBytes(secret);
            return Files.write(Files.createTempFile("apikit-store-key", ""), secret);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs it all; throws an AssertionError with the seed if a rule is broken. */
    void run() {
        baton.run(REAL_LIMIT_SECONDS);
    }

    private void caller(long steps, boolean isLast) {
        var caller = new ReplicatedCaller(this, steps);
        callers.add(caller);
        caller.isRunBy(baton.start("caller-" + callers.size(), () -> {
            caller.run();
            calling--;
            if (isLast) {
                last(caller);
            }
        }));
    }

    /** When all is quiet, one login of each account is left, and all replicas have it without another one. */
    private void last(ReplicatedCaller caller) {
        calm = true;
        baton.await(() -> calling == 0);
        trace.note("all is quiet");
        replicas.forEach(replica -> replica.store().heal());
        settle(RETURN);
        accounts.forEach(rules::requireOneLogin);
        users.forEach(user -> user.lock(false));
        accounts.forEach(account -> callOfTheKnown(caller, account));
        time.jump(Duration.ofMinutes(6));
        accounts.forEach(account -> lastCalls(caller, account));
        settle(NEWS);
        accounts.forEach(rules::requireOneLogin);
        replicas.forEach(replica -> replica.store().close());
    }

    private void settle(Duration longest) {
        var until = time.in(longest);
        baton.await(() -> time.now() >= until);
    }

    /** A login that the store has is enough for all replicas. */
    private void callOfTheKnown(ReplicatedCaller caller, SharedAccount account) {
        var now = time.now();
        var known = rules.stored(account).filter(token -> token.isSurelyLive(now) && token.isGood(now));
        var isRefused = account.refusals().stream()
                .anyMatch(refusal -> now - refusal.atNanos < SimulatedSessions.LONGEST_COOL_DOWN.toNanos() * 1.2);
        var isLong = known.isPresent()
                && known.get().life.map(life -> life.toMinutes() > 1).orElse(true);
        if (account.isLetIn() && isLong && !isRefused) {
            var before = account.logins();
            replicas.forEach(replica -> requireStatus(caller, account, replica));
            baton.require(
                    account.logins() == before, () -> account + " is logged in again, though the store has a login");
            trace.note("no login at the end", account);
        }
    }

    private void lastCalls(ReplicatedCaller caller, SharedAccount account) {
        var before = account.logins();
        replicas.forEach(replica -> requireStatus(caller, account, replica));
        var logins = account.logins() - before;
        baton.require(logins <= 1, () -> account + " is logged in " + logins + " times when all is well");
    }

    private void requireStatus(ReplicatedCaller caller, SharedAccount account, ModelReplica replica) {
        var status = caller.call(account, replica, TOTAL);
        var expected = account.isLetIn() ? List.of(200) : List.of(200, 401);
        baton.require(
                expected.contains(status), () -> account + " gets " + status + " at " + replica + " when all is well");
    }

    /** One replica is killed, and another one takes its place, which knows nothing. */
    void restart(int which) {
        var before = replicas.get(which);
        trace.note("killed", before);
        before.kill();
        killed.add(before);
        replicas.set(which, new ModelReplica(this, ++number));
    }

    /** The file with the secret that all replicas have. */
    Path key() {
        return key;
    }

    /** The login in a record, as any replica reads it. */
    Optional<Login> opened(String key, Stored record) {
        return replicas.get(0).stored(key, record);
    }

    boolean isFair() {
        return isFair;
    }

    boolean isCalm() {
        return calm;
    }

    Dice dice() {
        return dice;
    }

    Trace trace() {
        return trace;
    }

    Baton baton() {
        return baton;
    }

    VirtualTime time() {
        return time;
    }

    ModelStore store() {
        return store;
    }

    ModelProvider provider() {
        return provider;
    }

    SecretWatch secrets() {
        return secrets;
    }

    SharedLoginRules rules() {
        return rules;
    }

    List<ModelUser> users() {
        return users;
    }

    List<SharedAccount> accounts() {
        return accounts;
    }

    List<ReplicatedCaller> callers() {
        return callers;
    }

    List<ModelReplica> replicas() {
        return replicas;
    }

    ModelReplica someReplica() {
        return dice.oneOf(replicas);
    }

    /** Mostly somebody with the right password. */
    SharedAccount someAccount() {
        var user = dice.below(users.size());
        var right = users.get(user).right();
        var password = dice.chance(0.8) && right < PASSWORDS ? right : dice.below(PASSWORDS);
        return accounts.get(user * PASSWORDS + password);
    }

    void begins(SharedCall call) {
        calls.put(Thread.currentThread(), call);
    }

    SharedCall callOfThisThread() {
        return Objects.requireNonNull(calls.get(Thread.currentThread()), "no call on this thread");
    }

    boolean isCaller() {
        return calls.containsKey(Thread.currentThread());
    }

    long nextNumber() {
        return ++number;
    }

    @Override
    public void close() {
        secrets.close();
        replicas.forEach(ModelReplica::close);
        killed.forEach(ModelReplica::close);
        try {
            Files.delete(key);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
