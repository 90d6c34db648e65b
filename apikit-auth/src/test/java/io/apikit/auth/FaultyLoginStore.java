package io.apikit.auth;

import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * One replica's way to a store in memory, with the faults of a real one: the way may be cut or slow, and the {@link Server}
 * at its end may lose what it knows. Thread-safe.
 */
public final class FaultyLoginStore implements LoginStore {
    /** The longest time that a store may wait. */
    private static final long LIMIT_MILLIS = 150;

    /** What a command meets. */
    public enum Fault {
        NONE,
        /** It throws at once: the connection was refused. */
        THROWS,
        /** It throws after 150 ms: nothing comes back. */
        HANGS,
        /** It is carried out, and throws after 150 ms: what comes back is late. */
        LATE,
        /** It throws if it would write: the store is full. */
        FULL
    }

    /** The commands of a store. */
    public enum Command {
        READ,
        LEASE,
        EXTEND,
        RELEASE,
        WRITE,
        TAKE,
        GIVE_BACK,
        SEND,
        ALIVE
    }

    private final Server server;
    private final List<Way> ways = new CopyOnWriteArrayList<>();
    private final Map<Command, LongAdder> commands = new EnumMap<>(Command.class);
    private final AtomicInteger waitedInVain = new AtomicInteger();
    private volatile Fault fault = Fault.NONE;
    private volatile boolean losesMessages;

    private FaultyLoginStore(Server server) {
        this.server = server;
        for (var command : Command.values()) {
            commands.put(command, new LongAdder());
        }
    }

    /** From now on each command meets this. When a fault ends, the listeners hear that they may have missed something. */
    public void fault(Fault next) {
        var before = fault;
        fault = next;
        if (next == Fault.NONE && before != Fault.NONE) {
            ways.forEach(way -> way.listener.missed());
        }
    }

    /** From now on no message of another replica arrives. */
    public void loseMessages() {
        losesMessages = true;
    }

    /** Returns how many commands of a kind have ended, whether they failed or not. */
    public long commands(Command command) {
        return Objects.requireNonNull(commands.get(command)).sum();
    }

    /** Returns how many commands have ended. */
    public long commands() {
        return commands.values().stream().mapToLong(LongAdder::sum).sum();
    }

    /** Returns how many commands but heartbeats have waited 150 ms for nothing. */
    public int waitedInVain() {
        return waitedInVain.get();
    }

    @Override
    public Space open(String name, Listener listener) {
        var way = new Way(name, listener);
        ways.add(way);
        return way;
    }

    @Override
    public void close() {
        ways.clear();
    }

    private boolean isCut() {
        return losesMessages || fault == Fault.THROWS || fault == Fault.HANGS;
    }

    /** What all replicas share, and may lose. Thread-safe. */
    public static final class Server {
        private final LongSupplier nanoTime;
        private final List<FaultyLoginStore> links = new CopyOnWriteArrayList<>();
        private volatile LoginStore primary;
        private volatile LoginStore follower;
        private volatile boolean isReplicated = true;

        /** Creates a server that knows nothing, with a follower that gets each write. */
        public Server(LongSupplier nanoTime) {
            this.nanoTime = nanoTime;
            this.primary = new InMemoryLoginStore(nanoTime);
            this.follower = new InMemoryLoginStore(nanoTime);
        }

        /** Returns the way of one more replica to this server. */
        public FaultyLoginStore link() {
            var link = new FaultyLoginStore(this);
            links.add(link);
            return link;
        }

        /** Loses everything. The connections stay. */
        public void flush() {
            moveTo(new InMemoryLoginStore(nanoTime));
        }

        /** The follower gets no further writes. */
        public void stopReplication() {
            isReplicated = false;
        }

        /** The follower takes the place of the primary: what came after {@link #stopReplication} is lost. */
        public void failOver() {
            failOverUnnoticed();
            links.forEach(link -> link.ways.forEach(way -> way.listener.missed()));
        }

        /** The same, and no replica has noticed it so far. */
        public void failOverUnnoticed() {
            moveTo(follower);
        }

        private void moveTo(LoginStore next) {
            primary = next;
            follower = new InMemoryLoginStore(nanoTime);
            links.forEach(link -> link.ways.forEach(Way::reopen));
        }
    }

    /** The part of one backend. */
    private final class Way implements Space {
        private final String name;
        private final Listener listener;
        private volatile Space first;
        private volatile Space second;

        private Way(String name, Listener listener) {
            this.name = name;
            this.listener = listener;
            this.first = server.primary.open(name, new Ear(listener));
            this.second = server.follower.open(name, new Silence());
        }

        private void reopen() {
            first.close();
            first = server.primary.open(name, new Ear(listener));
            second = server.follower.open(name, new Silence());
        }

        @Override
        public Optional<Stored> read(String key) {
            return sent(Command.READ, false, space -> space.read(key));
        }

        @Override
        public Lease lease(String key, long above, Duration length) {
            return sent(Command.LEASE, true, space -> space.lease(key, above, length));
        }

        @Override
        public boolean extend(String key, long number, Duration length) {
            return sent(Command.EXTEND, true, space -> space.extend(key, number, length));
        }

        @Override
        public void release(String key, long number) {
            sent(Command.RELEASE, true, space -> {
                space.release(key, number);
                return true;
            });
        }

        @Override
        public boolean write(String key, Stored record, Duration life) {
            return sent(Command.WRITE, true, space -> space.write(key, record, life));
        }

        @Override
        public Duration take(String bucket, int demanded, int capacity, Duration refill) {
            return sent(Command.TAKE, true, space -> space.take(bucket, demanded, capacity, refill));
        }

        @Override
        public void giveBack(String bucket, int capacity, Duration refill) {
            sent(Command.GIVE_BACK, true, space -> {
                space.giveBack(bucket, capacity, refill);
                return true;
            });
        }

        @Override
        public void send(byte[] message) {
            sent(Command.SEND, false, space -> {
                space.send(message);
                return true;
            });
        }

        @Override
        public Alive alive(Duration life) {
            return sent(Command.ALIVE, true, space -> space.alive(life));
        }

        @Override
        public void close() {
            ways.remove(this);
            first.close();
            second.close();
        }

        private <T> T sent(Command command, boolean isWrite, Function<Space, T> action) {
            try {
                return carriedOut(command, isWrite, action);
            } finally {
                Objects.requireNonNull(commands.get(command)).increment();
            }
        }

        private <T> T carriedOut(Command command, boolean isWrite, Function<Space, T> action) {
            var met = fault;
            if (met == Fault.THROWS || (met == Fault.FULL && isWrite)) {
                throw new IllegalStateException("the store is " + (met == Fault.FULL ? "full" : "away"));
            }
            if (met == Fault.HANGS) {
                waitInVain(command);
            }
            var result = action.apply(first);
            if (isWrite && server.isReplicated) {
                var unused = action.apply(second);
            }
            if (met == Fault.LATE) {
                waitInVain(command);
            }
            return result;
        }

        private void waitInVain(Command command) {
            if (command != Command.ALIVE) {
                waitedInVain.incrementAndGet();
            }
            try {
                // Real time, in which requests wait as well.
                new CountDownLatch(1).await(LIMIT_MILLIS, TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            throw new IllegalStateException("the store has not responded in time");
        }
    }

    /** Gets nothing while the way is cut. */
    private final class Ear implements Listener {
        private final Listener listener;

        private Ear(Listener listener) {
            this.listener = listener;
        }

        @Override
        public void changed(String key) {
            if (!isCut()) {
                listener.changed(key);
            }
        }

        @Override
        public void received(byte[] message) {
            if (!isCut()) {
                listener.received(message);
            }
        }

        @Override
        public void missed() {
            listener.missed();
        }
    }

    private static final class Silence implements Listener {
        @Override
        public void changed(String key) {
            // Replicas listen to the primary alone.
        }

        @Override
        public void received(byte[] message) {
            // As above.
        }

        @Override
        public void missed() {
            // As above.
        }
    }
}
