package io.apikit.status;

import io.apikit.status.TimeSeries.Sample;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last ten minutes of all requests and of each backend. From start to close, one daemon thread reads the meters.
 * Threadsafe.
 */
final class MeterHistory implements AutoCloseable {
    /** Ten minutes of 5 s each. */
    static final int MAX_SAMPLES = 120;

    private static final Logger log = LoggerFactory.getLogger(MeterHistory.class);

    private final MeterReader reader;
    private final Set<String> operationsPaths;
    private final LongSupplier nanoClock;
    private final TimeSeries requests = new TimeSeries(MAX_SAMPLES);
    private final Map<String, TimeSeries> backends = new ConcurrentHashMap<>();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        var daemon = new Thread(task, "apikit-status");
        daemon.setDaemon(true);
        return daemon;
    });

    /** @param operationsPaths routes that are not counted: the requests of the page itself would outnumber all others */
    MeterHistory(MeterReader reader, Set<String> operationsPaths, LongSupplier nanoClock) {
        this.reader = reader;
        this.operationsPaths = operationsPaths;
        this.nanoClock = nanoClock;
    }

    /** Takes the first sample at once, on the thread that this creates. */
    @SuppressWarnings("FutureReturnValueIgnored") // the task ends only with its thread
    void start(Duration interval) {
        thread.scheduleAtFixedRate(this::sampleOrLog, 0, interval.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** An exception would end the schedule. */
    private void sampleOrLog() {
        try {
            sample();
        } catch (RuntimeException e) {
            log.warn("the meters could not be read for the status page", e);
        }
    }

    /** Reads the meters once. The history of a backend that has no meters any more is dropped. */
    void sample() {
        var now = nanoClock.getAsLong();
        requests.add(now, TimerSnapshot.of(requestTimers()), Map.of());
        var names = reader.backends();
        backends.keySet().retainAll(names);
        names.forEach(name -> backends.computeIfAbsent(name, added -> new TimeSeries(MAX_SAMPLES))
                .add(now, reader.calls(name), reader.logins(name)));
    }

    MeterReader reader() {
        return reader;
    }

    /** Returns the timers of the requests that are counted, one for each route, method and status. */
    List<Timer> requestTimers() {
        return reader.requests(operationsPaths::contains);
    }

    List<Sample> requests() {
        return requests.samples();
    }

    /** Returns an empty list for a backend without samples. */
    List<Sample> backend(String name) {
        var series = backends.get(name);
        return series == null ? List.of() : series.samples();
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
