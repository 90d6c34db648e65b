package io.apikit.callers;

import io.apikit.ops.callers.CallerCheck.Decision;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** A check of one kind of credentials. Thread-safe. */
interface CredentialCheck {
    /** Returns the decision about the credential that a request has, or lacks. */
    Decision check(Function<String, List<String>> headers);

    /** Returns the header that has this kind of credentials and nothing else; empty if there is only Authorization. */
    Optional<String> ownHeader();

    /** Returns the Security Scheme Objects of OpenAPI by name. */
    Map<String, Map<String, Object>> securitySchemes();

    /** Adds the meters of this check. */
    default void bindTo(MeterRegistry registry) {}
}
