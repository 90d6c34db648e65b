package io.apikit.auth.simulation;

import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Which call a thread is on. */
final class Calls {
    private final Map<Thread, ModelCall> mine = new ConcurrentHashMap<>();

    ModelCall ofThisThread() {
        return Objects.requireNonNull(mine.get(Thread.currentThread()), "no call on this thread");
    }

    /** None on a thread of a login: it may start the one that has waited for its end. */
    Optional<ModelCall> anyOfThisThread() {
        return Optional.ofNullable(mine.get(Thread.currentThread()));
    }

    void begin(ModelCall call) {
        mine.put(Thread.currentThread(), call);
    }
}
