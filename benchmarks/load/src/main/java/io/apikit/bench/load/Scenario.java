package io.apikit.bench.load;

import java.util.List;
import java.util.Locale;

/** A scenario of the bench, and the candidates that it measures beside the baseline if none are named. */
@SuppressWarnings("ImmutableEnumChecker") // an unmodifiable list
enum Scenario {
    /** A start and its first 10,000 requests. */
    COLD("apikit", "apikit +aot", "by-hand-apache +aot", "helidon", "vertx"),
    /** The wrapped request, warm. */
    WRAPPED("apikit", "vertx", "helidon"),
    /** The health check. */
    HEALTH("apikit"),
    METADATA("apikit"),
    /** Latencies at a steady rate. */
    TAIL("apikit"),
    /** The cost of a request with more callers, and with more routes. */
    GROWTH("apikit"),
    /** CPU and memory without requests. */
    IDLE("apikit", "vertx", "helidon"),
    /** Eight thousand requests whose common login has expired. */
    EXPIRED("apikit"),
    /** Ten thousand requests to a backend that takes a second. */
    IN_FLIGHT("apikit"),
    /** Callers who come and go for half an hour. */
    SOAK("apikit");

    /** Those that {@code --all} runs: no soak, which takes as long as all of them. */
    static final List<Scenario> ALL = List.of(COLD, WRAPPED, HEALTH, METADATA, TAIL, GROWTH, IDLE, EXPIRED, IN_FLIGHT);

    private final List<String> candidates;

    Scenario(String... candidates) {
        this.candidates = List.of(candidates);
    }

    List<String> candidates() {
        return candidates;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
