package io.apikit.testkit.oauth2proxy;

import java.util.function.UnaryOperator;

/**
 * The number of cookies that a new session is split into.
 *
 * @param partBytes the length of each cookie but the last
 * @param parts the number of cookies; 1 if the session is not split
 */
record CookieSplit(int partBytes, int parts) {
    /** So that the first part has room for the token of a session. */
    private static final int LEAST_PART_BYTES = 64;

    /** The length of the seconds and the signature after the content. */
    private static final int TAIL_BYTES = 56;

    CookieSplit {
        if (partBytes < LEAST_PART_BYTES) {
            throw new IllegalArgumentException("bytes of a cookie part: " + partBytes + " is below 64");
        }
        if (parts < 1) {
            throw new IllegalArgumentException("parts of a cookie: " + parts + " is below 1");
        }
    }

    CookieSplit withParts(int number) {
        return new CookieSplit(partBytes, number);
    }

    /** Returns the token, padded so that it fills its parts, the last one by half, and its signature. */
    String fill(String token, UnaryOperator<String> tail) {
        int length = parts == 1 ? token.length() : partBytes * (parts - 1) + partBytes / 2 - TAIL_BYTES;
        StringBuilder value = new StringBuilder(token);
        while (value.length() < length) {
            value.append(token, 0, Math.min(token.length(), length - value.length()));
        }
        return value + tail.apply(value.toString());
    }
}
