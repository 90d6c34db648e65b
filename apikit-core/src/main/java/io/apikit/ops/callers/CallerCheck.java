package io.apikit.ops.callers;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Decides who may call a service. The module {@code apikit-callers} has checks of API keys and of signed tokens.
 * {@link io.apikit.ops.Operations#callers} sets one.
 *
 * <p>The check runs before any route, filter, page or upgrade to a WebSocket. So a caller that is refused does not learn
 * which paths exist. Implementations must be thread-safe.
 */
public interface CallerCheck {
    /**
     * Returns the decision about one request. An exception is a 500 and admits nobody.
     *
     * @param headers returns all values of the request header with this name, in the order received
     */
    Decision check(Function<String, List<String>> headers);

    /**
     * Returns the names of the headers that contain a credential for this check and for nothing else, such as
     * {@code X-API-Key}. They are removed from every request, before the app has it. Default: none.
     */
    default Set<String> ownHeaders() {
        return Set.of();
    }

    /**
     * Returns whether a caller can only show who it is in {@code Authorization}. Then no backend of the app may take its
     * login from that header. Default false.
     */
    default boolean needsAuthorization() {
        return false;
    }

    /** Returns further paths whose GET and HEAD everybody may send, as callers spell them. Default: none. */
    default Set<String> openPaths() {
        return Set.of();
    }

    /** Returns whether the metadata is protected too. Default false. */
    default boolean protectsMetadata() {
        return false;
    }

    /** Returns whether the metrics are protected too. On a port of their own they never are. Default false. */
    default boolean protectsMetrics() {
        return false;
    }

    /**
     * Returns the Security Scheme Objects of OpenAPI 3.1 by name, for a description of the service. A caller needs one of
     * them. Default: none.
     */
    default Map<String, Map<String, Object>> securitySchemes() {
        return Map.of();
    }

    /** Adds meters of the check to the registry of its app. Called once, before the app starts. Default: none. */
    default void bindTo(MeterRegistry registry) {}

    /** The decision about one request. */
    sealed interface Decision {}

    /**
     * The request is served.
     *
     * @param caller who sent it
     * @param header the header with the credential. It is removed before the app has the request
     */
    record Admitted(VerifiedCaller caller, String header) implements Decision {}

    /**
     * The request is refused, in the error shape of the service.
     *
     * @param status 401 or 403; 503 if the check cannot be made now
     * @param outcome a word for the meter {@code apikit.callers.checks}, one of few, such as {@code expired}
     * @param content the text for the caller, without any part of its credential
     * @param challenges the values of {@code WWW-Authenticate} (RFC 9110, section 11.6.1)
     * @param retryAfter for a 503; null for none
     */
    record Refused(
            int status,
            String outcome,
            String content,
            List<String> challenges,
            @Nullable Duration retryAfter) implements Decision {
        /** Copies the challenges. */
        public Refused {
            Objects.requireNonNull(outcome, "outcome");
            challenges = List.copyOf(challenges);
        }
    }
}
