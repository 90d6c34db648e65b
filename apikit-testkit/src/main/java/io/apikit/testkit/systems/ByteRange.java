package io.apikit.testkit.systems;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A range of a body (RFC 9110, section 14.1.2), from the first byte to the one after the last.
 *
 * @param to not after {@code from} if no byte of the body is in the range
 */
record ByteRange(long from, long to) {
    /**
     * Has only digits that fit a long. Several ranges are not supported. They are no error, but mean the whole body.
     */
    private static final Pattern ONE = Pattern.compile("bytes=(\\d{0,18})-(\\d{0,18})");

    /** Reads the header; empty if it has to be ignored. */
    static Optional<ByteRange> of(String header, long length) {
        Matcher range = ONE.matcher(header.replace(" ", ""));
        if (!range.matches() || range.group().equals("bytes=-")) {
            return Optional.empty();
        }
        if (range.group(1).isEmpty()) {
            long last = Math.min(length, Long.parseLong(range.group(2)));
            return Optional.of(new ByteRange(length - last, length));
        }
        return fromFirst(Long.parseLong(range.group(1)), range.group(2), length);
    }

    private static Optional<ByteRange> fromFirst(long first, String last, long length) {
        long to = last.isEmpty() ? length : Math.min(length, Long.parseLong(last) + 1);
        boolean backwards = !last.isEmpty() && Long.parseLong(last) < first;
        return backwards ? Optional.empty() : Optional.of(new ByteRange(first, to));
    }

    boolean satisfiable() {
        return from < to;
    }
}
