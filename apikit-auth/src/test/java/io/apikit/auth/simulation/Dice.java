package io.apikit.auth.simulation;

import java.time.Duration;
import java.util.List;
import java.util.Random;

/** All chance of a simulation: the same seed rolls the same. Not threadsafe; whoever has the baton rolls. */
final class Dice {
    private final Random random;

    Dice(long seed) {
        this.random = new Random(seed);
    }

    boolean chance(double probability) {
        return random.nextDouble() < probability;
    }

    /** From 0 to 1. */
    double fraction() {
        return random.nextDouble();
    }

    int below(int bound) {
        return random.nextInt(bound);
    }

    <T> T oneOf(List<T> choices) {
        return choices.get(below(choices.size()));
    }

    /** In hundredths of a second, so that no sleep's own jitter, which is finer, can be told from another's. */
    Duration between(Duration least, Duration most) {
        var hundredths = (int) (most.minus(least).toMillis() / 10);
        return least.plusMillis(10L * below(hundredths + 1));
    }
}
