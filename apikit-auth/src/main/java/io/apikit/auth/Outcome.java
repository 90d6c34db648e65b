package io.apikit.auth;

import io.apikit.BackendError;
import org.jspecify.annotations.Nullable;

/** How a flight ended: exactly one of a new generation, a failure, or a renewal that the cap did not allow. */
record Outcome(@Nullable Generation generation, @Nullable BackendError error) {
    private static final Outcome CAPPED = new Outcome(null, null);

    static Outcome of(Generation generation) {
        return new Outcome(generation, null);
    }

    static Outcome failed(BackendError error) {
        return new Outcome(null, error);
    }

    static Outcome capped() {
        return CAPPED;
    }
}
