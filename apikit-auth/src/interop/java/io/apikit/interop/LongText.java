package io.apikit.interop;

import java.util.Random;
import java.util.stream.Collectors;

/** In both tokens of a session, it makes the proxy split its cookie: it is long, and cannot be compressed. */
final class LongText {
    private static final int LENGTH = 1_500;

    private LongText() {}

    static String of(int seed) {
        return new Random(seed)
                .ints(LENGTH, 'a', 'z' + 1)
                .mapToObj(Character::toString)
                .collect(Collectors.joining());
    }
}
