package io.apikit.auth;

import io.apikit.BackendError;
import org.jspecify.annotations.Nullable;

/** How a flight ended: exactly one of a new generation, a failure, or a renewal that the cap did not allow. */
record LoginOutcome(
        @Nullable LoginGeneration generation, @Nullable BackendError error) {
    private static final LoginOutcome CAPPED = new LoginOutcome(null, null);

    static LoginOutcome of(LoginGeneration generation) {
        return new LoginOutcome(generation, null);
    }

    static LoginOutcome failed(BackendError error) {
        return new LoginOutcome(null, error);
    }

    static LoginOutcome capped() {
        return CAPPED;
    }
}
