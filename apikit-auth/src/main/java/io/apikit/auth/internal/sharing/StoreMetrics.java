package io.apikit.auth.internal.sharing;

import io.apikit.http.internal.metrics.BackendMetrics;
import io.micrometer.core.instrument.Tags;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** Counts what one backend does with the store of its logins. Thread-safe. */
public final class StoreMetrics {
    private static final String FAILURES = "apikit.backend.store.failures";
    private static final String REPLICAS = "apikit.backend.store.replicas";

    private final LongAdder adopted = new LongAdder();
    private final LongAdder pushed = new LongAdder();
    private final LongAdder reconciled = new LongAdder();
    private final LongAdder unreadable = new LongAdder();
    private final LongAdder unfit = new LongAdder();
    private final LongAdder skipped = new LongAdder();
    private final Map<StoreBreaker.Kind, LongAdder> failures = new EnumMap<>(StoreBreaker.Kind.class);
    private final AtomicInteger replicas = new AtomicInteger(1);

    /** Creates counts of zero, which show in these meters. */
    public StoreMetrics(BackendMetrics meters) {
        for (var kind : StoreBreaker.Kind.values()) {
            var count = new LongAdder();
            failures.put(kind, count);
            meters.counter(
                    FAILURES,
                    "Commands to the login store that failed or were late",
                    Tags.of("kind", kind.toString()),
                    count);
        }
        counter(meters, "adopted", "Logins of other replicas that were taken from the login store", adopted);
        counter(meters, "pushed", "Records that were written to the login store", pushed);
        counter(meters, "reconciled", "Sessions compared with the login store after it was away", reconciled);
        counter(meters, "unreadable", "Records and messages of the login store that could not be opened", unreadable);
        counter(
                meters,
                "unfit",
                "Records not written to the login store, since they are too long or others cannot read them",
                unfit);
        counter(meters, "skipped", "Commands not sent, since the login store was away", skipped);
        meters.gauge(REPLICAS, "Replicas alive, as the login store counts them", Tags.empty(), replicas::get);
    }

    private static void counter(BackendMetrics meters, String name, String help, LongAdder count) {
        meters.counter("apikit.backend.store." + name, help, Tags.empty(), count);
    }

    /** Counts the logins of other replicas that were taken over. */
    public LongAdder adopted() {
        return adopted;
    }

    /** Counts the records that were written: logins, failures and changed cookies. */
    public LongAdder pushed() {
        return pushed;
    }

    /** Counts the sessions that were compared with the store after it had been away. */
    public LongAdder reconciled() {
        return reconciled;
    }

    /** Counts the records and messages that do not open, or are of a later format. */
    public LongAdder unreadable() {
        return unreadable;
    }

    /** Counts the records that were not written: too long, or with a note that no replica could read. */
    public LongAdder unfit() {
        return unfit;
    }

    /** Sets how many replicas are alive. */
    public void replicas(int alive) {
        replicas.set(alive);
    }

    LongAdder skipped() {
        return skipped;
    }

    LongAdder failures(StoreBreaker.Kind kind) {
        return Objects.requireNonNull(failures.get(kind));
    }
}
