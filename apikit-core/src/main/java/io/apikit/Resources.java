package io.apikit;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What an app measures while it runs, and closes when it stops: the last given first, each once, whatever the others throw. Threadsafe. */
final class Resources {
    private static final Logger LOG = LoggerFactory.getLogger(Resources.class);

    private final Deque<AutoCloseable> lastFirst = new ArrayDeque<>();
    private final List<MeterBinder> measured;
    private final AtomicBoolean closed = new AtomicBoolean();

    Resources(AuthMode auth, List<AutoCloseable> more) {
        Set<AutoCloseable> known = Collections.newSetFromMap(new IdentityHashMap<>());
        if (auth instanceof AutoCloseable closeable && known.add(closeable)) {
            lastFirst.push(closeable);
        }
        more.stream().filter(known::add).forEach(lastFirst::push);
        this.measured = Stream.concat(Stream.of(auth), more.stream())
                .filter(MeterBinder.class::isInstance)
                .map(MeterBinder.class::cast)
                .distinct()
                .toList();
    }

    /** Shows the meters of those that have some in this registry. */
    void bindTo(MeterRegistry registry) {
        measured.forEach(resource -> resource.bindTo(registry));
    }

    void close() {
        if (closed.compareAndSet(false, true)) {
            lastFirst.forEach(Resources::close);
        }
    }

    private static void close(AutoCloseable resource) {
        try {
            resource.close();
        } catch (Exception e) {
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            LOG.warn("closing a {} failed", resource.getClass().getName(), e);
        }
    }
}
