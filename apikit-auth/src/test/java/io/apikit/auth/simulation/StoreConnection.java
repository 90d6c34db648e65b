package io.apikit.auth.simulation;

import io.apikit.auth.LoginStore;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What one replica has of the store: a connection that loses commands and their responses, is slow, carries commands out
 * after their time, and is away for a while. Messages are lost, delayed, doubled and reordered.
 */
final class StoreConnection implements LoginStore, LoginStore.Space {
    private static final Duration LIMIT = Duration.ofMillis(150);

    private final ReplicatedSimulation world;
    private final ModelReplica replica;
    private final ModelStore store;
    private final Dice dice;
    private final Deque<Consumer<Listener>> messages = new ArrayDeque<>();
    private final Set<String> ending = new HashSet<>();
    private @Nullable Listener listener;
    private long awayUntil;
    private long returnedAtStep = Long.MIN_VALUE;
    private boolean isClosed;

    StoreConnection(ReplicatedSimulation world, ModelReplica replica) {
        this.world = world;
        this.replica = replica;
        this.store = world.store();
        this.dice = world.dice();
    }

    @Override
    public Space open(String name, Listener part) {
        requireSealed(name, new byte[0]);
        listener = part;
        replica.start("messages-of-" + replica, this::deliver);
        return this;
    }

    /** No command gets through for a while. */
    void goAway(Duration forTime) {
        awayUntil = Math.max(awayUntil, world.time().in(forTime));
    }

    /** The weather is calm: the connection is there, and who has missed a message hears of it. */
    void heal() {
        awayUntil = 0;
        gets(Listener::missed);
    }

    /** Whether its replica has asked the store all the time since this step: no failures before it have kept it from that. */
    boolean isReachableSince(long step) {
        return replica.isStoreReachable() && returnedAtStep < step;
    }

    @Override
    public Optional<Stored> read(String key) {
        var read = command("read", () -> store.read(key));
        world.rules().read(run(), key);
        world.trace().note("read", of(key), read.map(Stored::number).orElse(0L));
        return read;
    }

    @Override
    public Lease lease(String key, long above, Duration length) {
        requireSealed(key, new byte[0]);
        var lease = command("lease", () -> store.lease(key, above, length));
        world.trace().note(lease.isTaken() ? "lease" : "leased by another", of(key), lease.number());
        world.rules().leased(run(), key, lease);
        return lease;
    }

    @Override
    public boolean extend(String key, long number, Duration length) {
        // Until the very end: one that crosses the end of its lease is followed by a release on this thread.
        var lease = key + ' ' + number;
        ending.add(lease);
        var isExtended = command("extend", () -> store.extend(key, number, length));
        world.trace().note(isExtended ? "lease extended" : "lease lost", of(key), number);
        ending.remove(lease);
        return isExtended;
    }

    /** Whether a command is under way, or was lost, after which it is open for how long this lease lasts. */
    boolean isEnding(String key, long number) {
        return ending.contains(key + ' ' + number);
    }

    @Override
    public void release(String key, long number) {
        world.trace().note("lease released", of(key), number);
        var lease = key + ' ' + number;
        ending.add(lease);
        command("release", () -> {
            if (store.release(key, number)) {
                others(key);
            }
            return true;
        });
        ending.remove(lease);
    }

    @Override
    public boolean write(String key, Stored record, Duration life) {
        requireSealed(key, record.value());
        var rules = world.rules();
        var run = run();
        rules.writes(replica, run, key, record);
        var isWritten = command("write", () -> {
            var may = store.write(key, record, life);
            if (may) {
                rules.isWritten(run, key, record);
                others(key);
            }
            return may;
        });
        world.trace().note(isWritten ? "written" : "not written", of(key), record.number(), record.change());
        rules.wrote(run, key, record, isWritten);
        return isWritten;
    }

    private void others(String key) {
        world.replicas().forEach(other -> {
            if (other.store() != this) {
                other.store().comes(part -> part.changed(key));
            }
        });
    }

    @Override
    public Duration take(String bucket, int demanded, int capacity, Duration refill) {
        requireSealed(bucket, new byte[0]);
        return command("take", () -> store.take(bucket, demanded, capacity, refill));
    }

    @Override
    public void giveBack(String bucket, int capacity, Duration refill) {
        command("giveBack", () -> {
            store.giveBack(bucket, capacity, refill);
            return true;
        });
    }

    @Override
    public void send(byte[] message) {
        requireSealed("", message);
        command("send", () -> {
            world.replicas().forEach(other -> {
                if (other.store() != this) {
                    other.store().comes(part -> part.received(message.clone()));
                }
            });
            return true;
        });
    }

    @Override
    public Alive alive(Duration life) {
        var wasReachable = replica.isStoreReachable();
        var alive = command("alive", () -> store.alive(this, life));
        returnedAtStep = wasReachable ? returnedAtStep : world.baton().steps();
        world.trace().note("alive", replica, alive.replicas());
        return alive;
    }

    @Override
    public void close() {
        isClosed = true;
        store.gone(this);
    }

    /** For the trace: whose record it is, and who asks. */
    private String of(String key) {
        return world.rules().account(key) + " by " + replica;
    }

    /** One command, as it may go on a network. */
    private <T> T command(String kind, Supplier<T> effect) {
        var baton = world.baton();
        baton.require(!world.isCaller(), () -> "a request of " + replica + " asks the store: " + kind);
        baton.self();
        baton.pass();
        if (isAway()) {
            throw failed(kind + " away", dice.chance(0.5));
        }
        if (!world.isCalm() && dice.chance(0.02)) {
            switch (dice.below(4)) {
                case 0 -> throw failed(kind + " lost", true);
                case 1 -> {
                    var unused = effect.get();
                    throw failed(kind + " response lost", true);
                }
                case 2 -> {
                    var until = world.time().in(dice.between(Duration.ofMillis(10), LIMIT));
                    baton.await(() -> world.time().now() >= until);
                }
                default -> {
                    world.time().ringIn(dice.between(LIMIT, Duration.ofSeconds(8)), () -> {
                        var unused = effect.get();
                    });
                    throw failed(kind + " late", true);
                }
            }
        }
        var result = effect.get();
        baton.pass();
        return result;
    }

    private boolean isAway() {
        return isClosed || world.time().now() < awayUntil;
    }

    private IllegalStateException failed(String what, boolean isWaitedFor) {
        world.trace().note("store: " + what, replica);
        if (isWaitedFor) {
            var until = world.time().in(LIMIT);
            world.baton().await(() -> world.time().now() >= until);
        }
        var run = run();
        if (run != null) {
            run.failed(what);
        }
        return new IllegalStateException("the store: " + what);
    }

    private @Nullable StoreRun run() {
        return replica.runOfThisThread();
    }

    /** A message is on its way to this replica: now, later, twice, or never. */
    private void comes(Consumer<Listener> message) {
        if (isAway() || (!world.isCalm() && dice.chance(0.05))) {
            world.trace().note("a message is lost", replica);
            if (dice.chance(0.5)) {
                world.time()
                        .ringIn(
                                dice.between(Duration.ofSeconds(1), Duration.ofSeconds(9)),
                                () -> gets(Listener::missed));
            }
            return;
        }
        arrives(message);
        if (!world.isCalm() && dice.chance(0.05)) {
            world.trace().note("a message is doubled", replica);
            arrives(message);
        }
    }

    private void arrives(Consumer<Listener> message) {
        if (!world.isCalm() && dice.chance(0.2)) {
            world.time().ringIn(dice.between(Duration.ofMillis(10), Duration.ofSeconds(2)), () -> gets(message));
        } else {
            gets(message);
        }
    }

    private void gets(Consumer<Listener> message) {
        if (!replica.isKilled() && !isClosed) {
            messages.add(message);
        }
    }

    /** The thread of the connection, which hands out what comes. */
    private void deliver() {
        while (true) {
            world.baton().await(() -> !messages.isEmpty() || isClosed);
            if (isClosed) {
                return;
            }
            messages.remove().accept(Objects.requireNonNull(listener));
        }
    }

    /** Rule 7: what the store sees is not to be read. */
    private void requireSealed(String name, byte[] value) {
        var text = name + ' ' + new String(value, StandardCharsets.ISO_8859_1);
        world.baton().require(!Secret.isIn(text), () -> "rule 7: a secret in the store: " + text);
        world.baton()
                .require(
                        world.accounts().stream().noneMatch(account -> text.contains(account.secretName())),
                        () -> "rule 7: a name in the store: " + text);
    }
}
