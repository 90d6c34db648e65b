package io.apikit.auth.internal.sharing;

import io.apikit.auth.internal.sharing.StoreBreaker.StoreAway;
import io.apikit.http.Pace;
import io.apikit.http.Timing;
import io.apikit.http.internal.resilience.Gate;
import io.apikit.http.internal.resilience.SharedPace;
import io.apikit.http.internal.resilience.TransportFailures;
import java.time.Duration;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The way through the store on which the replicas of a backend share its pace. Messages are sealed, and those that do not
 * open are ignored. Thread-safe; no method waits for the store.
 */
public final class PaceChannel {
    private static final int FORMAT = 1;
    private static final int UNKNOWN = 0;
    private static final int AWAY = -1;

    private final StoreKeys keys;
    private final String sealedFor;
    private final StoreSchedule schedule;
    private final Consumer<byte[]> send;
    private final BiPredicate<String, Duration> lease;

    /** How many replicas were last heard to be alive. */
    private int replicas = UNKNOWN;

    private @Nullable SharedPace pace;

    /**
     * Creates a channel.
     *
     * @param backend its name
     * @param schedule runs the commands
     * @param send sends a message; throws {@link StoreAway}
     * @param lease asks for the lease of a key for so long, and returns whether it was taken; throws {@link StoreAway}
     */
    public PaceChannel(
            StoreKeys keys,
            String backend,
            StoreSchedule schedule,
            Consumer<byte[]> send,
            BiPredicate<String, Duration> lease) {
        this.keys = keys;
        // The same under each secret: replicas have different first ones while the secret is changed.
        this.sealedFor = keys.space(backend) + "-pace";
        this.schedule = schedule;
        this.send = send;
        this.lease = lease;
    }

    /**
     * Opens the pace, once.
     *
     * @param chosen null for none
     * @param least by how many replicas a known limit is divided at least
     */
    public Gate open(@Nullable Pace chosen, int least, Timing timing, TransportFailures failures) {
        var opened = SharedPace.of(chosen, least, timing, failures, new StoreLink());
        int known;
        synchronized (this) {
            pace = opened;
            known = replicas;
        }
        report(opened, known);
        return opened.gate();
    }

    /** So many replicas are alive. */
    public void alive(int number) {
        report(know(number), number);
    }

    /** The store cannot be asked how many are alive. */
    public void away() {
        report(know(AWAY), AWAY);
    }

    private synchronized @Nullable SharedPace know(int number) {
        replicas = number;
        return pace;
    }

    private static void report(@Nullable SharedPace pace, int number) {
        if (pace != null && number == AWAY) {
            pace.away();
        } else if (pace != null && number != UNKNOWN) {
            pace.alive(number);
        }
    }

    /**
     * A message has come, maybe one that is no replica's.
     *
     * @return whether it is one of a pace
     */
    public boolean received(byte[] sealed) {
        var message = keys.open(sealedFor, FORMAT, sealed);
        var known = opened();
        if (known != null) {
            message.ifPresent(known::received);
        }
        return message.isPresent();
    }

    /** Messages may have been missed. */
    public void missed() {
        var known = opened();
        if (known != null) {
            known.missed();
        }
    }

    private synchronized @Nullable SharedPace opened() {
        return pace;
    }

    private final class StoreLink implements SharedPace.Link {
        @Override
        public void send(byte[] message) {
            inBackground(() -> send.accept(keys.seal(sealedFor, FORMAT, message)));
        }

        @Override
        public void lease(int turn, Duration length, Runnable taken) {
            inBackground(() -> {
                if (lease.test("turn-" + turn, length)) {
                    taken.run();
                }
            });
        }

        private void inBackground(Runnable command) {
            schedule.execute(() -> {
                try {
                    command.run();
                } catch (StoreAway ignored) {
                    // The breaker has logged it. The next change is sent again, and a turn is asked for again.
                }
            });
        }
    }
}
