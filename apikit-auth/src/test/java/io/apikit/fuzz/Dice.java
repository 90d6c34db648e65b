package io.apikit.fuzz;

import java.util.List;
import java.util.SplittableRandom;

/** The chance of one case. The seed and the number of the case decide all of it. Used by one thread. */
final class Dice {
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private final SplittableRandom random;

    Dice(long seed, long number) {
        this.random = new SplittableRandom((seed * GOLDEN) ^ (number * 0xBF58476D1CE4E5B9L));
    }

    /** Returns a number from 0 to below the bound. */
    int below(int bound) {
        return random.nextInt(bound);
    }

    /** Returns a number between both, with both. */
    int between(int least, int most) {
        return least + random.nextInt(most - least + 1);
    }

    /** Returns true this many times in 1,000. */
    boolean perMille(int times) {
        return random.nextInt(1000) < times;
    }

    /** Returns true this many times in 100. */
    boolean percent(int times) {
        return random.nextInt(100) < times;
    }

    <T> T of(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    @SafeVarargs
    final <T> T of(T... choices) {
        return choices[random.nextInt(choices.length)];
    }

    /** Returns any byte. */
    byte octet() {
        return (byte) random.nextInt(256);
    }

    /** Returns this many small letters and digits. */
    String word(int length) {
        var word = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            word.append("abcdefghijklmnopqrstuvwxyz0123456789".charAt(random.nextInt(36)));
        }
        return word.toString();
    }
}
