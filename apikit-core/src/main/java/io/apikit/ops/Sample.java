package io.apikit.ops;

import java.util.Map;
import java.util.OptionalDouble;

/**
 * What happened between one look at the meters and the next. Immutable.
 *
 * @param rate how often in a second
 * @param logins how many ended in each way; empty for what logs in nowhere
 */
record Sample(double rate, OptionalDouble meanMs, OptionalDouble p99Ms, Map<String, Long> logins) {}
