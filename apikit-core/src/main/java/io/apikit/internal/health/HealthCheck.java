package io.apikit.internal.health;

import io.apikit.internal.util.HttpSyntax;
import java.util.concurrent.Callable;

/**
 * A check of something that the service depends on. Readiness probes report its result. Immutable. The question is
 * asked by any thread, but never by two at the same time.
 *
 * @param name its name in responses of probes, in the log and on pages about the app; not blank, without control
 *     characters
 * @param isHard whether the service is not ready while the check fails; otherwise it is only degraded
 * @param question returns true if the check succeeds; any other result, and any exception, is a failure
 */
public record HealthCheck(String name, boolean isHard, Callable<Boolean> question) {
    /**
     * Creates a check.
     *
     * @throws IllegalArgumentException if the name is blank or has control characters
     */
    public HealthCheck {
        if (name.isBlank() || HttpSyntax.hasControl(name)) {
            throw new IllegalArgumentException("a check's name must not be blank or have control characters");
        }
    }
}
