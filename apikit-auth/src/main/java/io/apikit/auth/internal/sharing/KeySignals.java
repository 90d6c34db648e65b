package io.apikit.auth.internal.sharing;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** Wakes up those who wait for news of a key. Thread-safe. */
public final class KeySignals {
    private final Map<String, CompletableFuture<Void>> awaited = new ConcurrentHashMap<>();

    /** Creates signals for which nobody waits. */
    public KeySignals() {}

    /** Returns what ends a wait for news of a key. It is asked for before the look that finds no news. */
    public CompletableFuture<Void> of(String key) {
        return awaited.computeIfAbsent(key, absent -> new CompletableFuture<>());
    }

    /** Nobody waits for this signal any more. Another one who waits for the same key looks by itself. */
    public void forget(String key, CompletableFuture<Void> signal) {
        awaited.remove(key, signal);
    }

    /** There is news of a key. */
    public void wake(String key) {
        var signal = awaited.remove(key);
        if (signal != null) {
            signal.complete(null);
        }
    }

    /** Wakes up all. */
    public void wakeAll() {
        awaited.keySet().forEach(this::wake);
    }
}
