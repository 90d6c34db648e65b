package io.apikit;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reports at the end of the JVM which services were built and never started. It keeps their names alone, so that an app
 * that is dropped can be collected. There is a shutdown hook only while there is such an app. Thread-safe.
 */
final class UnstartedApps {
    private static final Logger log = LoggerFactory.getLogger(UnstartedApps.class);

    /** More names than a JVM has services: beyond, nothing more is kept. */
    private static final int MOST_NAMES = 100;

    private static final Map<String, Integer> COUNTS = new TreeMap<>();
    private static @Nullable Thread hook;

    private UnstartedApps() {}

    /** Adds an app that has been built. */
    static synchronized void add(String name) {
        if (COUNTS.size() < MOST_NAMES || COUNTS.containsKey(name)) {
            COUNTS.merge(name, 1, Integer::sum);
        }
        if (hook == null) {
            var added = new Thread(UnstartedApps::report, "apikit-unstarted");
            if (isChanged(() -> Runtime.getRuntime().addShutdownHook(added))) {
                hook = added;
            }
        }
    }

    /** Removes an app that is started, or is stopped without a start. */
    static synchronized void remove(String name) {
        COUNTS.computeIfPresent(name, (same, count) -> count == 1 ? null : count - 1);
        var removed = hook;
        if (COUNTS.isEmpty() && removed != null) {
            isChanged(() -> Runtime.getRuntime().removeShutdownHook(removed));
            hook = null;
        }
    }

    private static synchronized void report() {
        for (var name : COUNTS.keySet()) {
            log.warn("The app {} was built and never started: call start() on what build() returns.", name);
        }
    }

    /** Returns false if the JVM is ending already: its hooks stay as they are. */
    private static boolean isChanged(Runnable change) {
        try {
            change.run();
            return true;
        } catch (IllegalStateException ignored) {
            return false;
        }
    }
}
