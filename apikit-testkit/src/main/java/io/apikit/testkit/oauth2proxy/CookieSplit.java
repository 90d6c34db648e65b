package io.apikit.testkit.oauth2proxy;

import java.util.function.UnaryOperator;

/**
 * Into how many cookies a new session is put.
 *
 * @param partBytes the length of all but the last
 * @param parts 1 for one cookie that is not split
 */
record CookieSplit(int partBytes, int parts) {
    /** Room for the token of a session in the first part. */
    private static final int LEAST_PART_BYTES = 64;

    /** Of the seconds and the signature behind the content. */
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

    /** The token with so much behind it that it fills its parts, the last by half; then what signs it. */
    String fill(String token, UnaryOperator<String> tail) {
        int length = parts == 1 ? token.length() : partBytes * (parts - 1) + partBytes / 2 - TAIL_BYTES;
        StringBuilder value = new StringBuilder(token);
        while (value.length() < length) {
            value.append(token, 0, Math.min(token.length(), length - value.length()));
        }
        return value + tail.apply(value.toString());
    }
}
