package io.apikit.callers;

import io.apikit.ops.callers.CallerCheck.Refused;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** The responses to callers that are not admitted. None quotes a credential. */
final class Refusals {
    /** No credential of the kind was sent. */
    static final String MISSING = "missing";

    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    private Refusals() {}

    /** RFC 6750, section 3.1: without a credential there is no error code. */
    static Refused missing(String content, String challenge) {
        return new Refused(401, MISSING, content, List.of(challenge), null);
    }

    static Refused invalidToken(String outcome, String content) {
        return new Refused(
                401,
                outcome,
                content,
                List.of("Bearer realm=\"apikit\", error=\"invalid_token\", error_description=\"" + content + '"'),
                null);
    }

    static Refused insufficientScope(List<String> scopes) {
        var needed = String.join(" ", scopes);
        return new Refused(
                403,
                "insufficient_scope",
                "The token lacks a scope: this service needs " + needed,
                List.of("Bearer realm=\"apikit\", error=\"insufficient_scope\", scope=\"" + needed + '"'),
                null);
    }

    /** Refused is not broken: the token may be good. */
    static Refused unavailable() {
        return new Refused(
                503,
                "unavailable",
                "The issuer's keys cannot be had now, so no token can be checked",
                List.of(),
                RETRY_AFTER);
    }

    /** Returns one refusal for all kinds: the one that came furthest, with the challenges of all that are a 401 too. */
    static Refused merged(List<Refused> refusals) {
        var first = refusals.stream()
                .min(Comparator.comparingInt(Refusals::rank))
                .orElseThrow(() -> new IllegalStateException("no check has refused"));
        if (first.status() != 401 || refusals.size() == 1) {
            return first;
        }
        var content = first.outcome().equals(MISSING)
                ? refusals.stream().map(Refused::content).distinct().collect(Collectors.joining("; or "))
                : first.content();
        var challenges = refusals.stream()
                .filter(refusal -> refusal.outcome().equals(first.outcome()))
                .flatMap(refusal -> refusal.challenges().stream())
                .distinct()
                .toList();
        return new Refused(401, first.outcome(), content, challenges, null);
    }

    private static int rank(Refused refusal) {
        return switch (refusal.outcome()) {
            case "insufficient_scope" -> 0;
            case "unavailable" -> 1;
            case MISSING -> 4;
            case ApiKeyCheck.UNKNOWN -> 3;
            default -> 2;
        };
    }
}
