package io.apikit.internal.health;

import io.apikit.internal.util.HttpSyntax;
import java.util.concurrent.Callable;

/**
 * A question that readiness asks.
 *
 * @param isHard whether the service is not ready without it
 */
public record HealthCheck(String name, boolean isHard, Callable<Boolean> question) {
    public HealthCheck {
        if (name.isBlank() || HttpSyntax.hasControl(name)) {
            throw new IllegalArgumentException("a check's name must not be blank or have control characters");
        }
    }
}
