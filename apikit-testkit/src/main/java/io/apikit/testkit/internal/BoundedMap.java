package io.apikit.testkit.internal;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** A map that forgets its oldest entry when it is full, so that clients who never return cost nothing. Thread-safe. */
public final class BoundedMap<V> {
    private final Map<String, V> entries;

    /** @param most the number of entries that are kept */
    public BoundedMap(int most) {
        this.entries = new LinkedHashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, V> eldest) {
                return size() > most;
            }
        };
    }

    public synchronized void put(String key, V value) {
        entries.put(key, value);
    }

    public synchronized Optional<V> get(String key) {
        return Optional.ofNullable(entries.get(key));
    }

    /** Removes the entry of this key and returns its value; empty if there was none. */
    public synchronized Optional<V> take(String key) {
        return Optional.ofNullable(entries.remove(key));
    }

    /** Returns all values, the oldest first. */
    public synchronized List<V> all() {
        return List.copyOf(entries.values());
    }

    public synchronized void replaceAll(UnaryOperator<V> change) {
        entries.replaceAll((key, value) -> change.apply(value));
    }

    public synchronized void removeIf(Predicate<V> unwanted) {
        entries.values().removeIf(unwanted);
    }

    public synchronized void clear() {
        entries.clear();
    }
}
