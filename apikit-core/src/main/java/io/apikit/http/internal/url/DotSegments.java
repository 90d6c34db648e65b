package io.apikit.http.internal.url;

import io.apikit.BackendError;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Finds the segments {@code .} and {@code ..} (RFC 3986, section 3.3) that a server may see in a path: some decode a path
 * more than once, take a backslash for a slash, or cut a segment's parameters before they resolve its dots.
 */
public final class DotSegments {
    /** A proxy, a server and its framework decode a path once each. */
    static final int ROUNDS = 3;

    private DotSegments() {}

    /**
     * Checks a text as it is, and after each round of percent-decoding.
     *
     * @throws BackendError 400 for a dot segment, and if the text still changes after these rounds
     */
    static void refuse(String text, int rounds) {
        refuse(text, rounds, DotSegments::hasDotSegment);
    }

    /**
     * Checks a part of a path that its neighbours complete.
     *
     * @throws BackendError 400 if it still changes after {@link #ROUNDS}
     */
    static void refuseManyRounds(String part) {
        refuse(part, ROUNDS, known -> false);
    }

    private static void refuse(String text, int rounds, Predicate<String> isRefused) {
        var problem = problem(text, rounds, isRefused);
        if (problem.isPresent()) {
            throw BackendError.of(400, problem.get());
        }
    }

    /** Returns whether a server may see a dot segment in a path, or the path still changes after {@link #ROUNDS}. */
    public static boolean mayBeIn(String path) {
        return problem(path, ROUNDS, DotSegments::hasDotSegment).isPresent();
    }

    private static Optional<String> problem(String text, int rounds, Predicate<String> isRefused) {
        var known = text;
        for (int round = 0; round <= rounds; round++) {
            if (isRefused.test(known)) {
                return Optional.of("The path must not contain a dot segment, in any spelling");
            }
            var decoded = decoded(known);
            if (decoded.length() == known.length()) {
                return Optional.empty();
            }
            known = decoded;
        }
        return Optional.of("The path must not be percent-encoded more than " + ROUNDS + " times");
    }

    private static boolean hasDotSegment(String text) {
        for (int at = text.indexOf('.'); at >= 0; at = text.indexOf('.', at + 1)) {
            if (at == 0 || isSlash(text.charAt(at - 1))) {
                int end = at + 1 < text.length() && text.charAt(at + 1) == '.' ? at + 2 : at + 1;
                if (end == text.length() || isSlash(text.charAt(end)) || endsName(text.charAt(end))) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean isSlash(char c) {
        return c == '/' || c == '\\';
    }

    /** What a server that has decoded a path may cut off from a segment. */
    private static boolean endsName(char c) {
        return c == ';' || c == '?' || c == '#' || Character.isISOControl(c);
    }

    /** Returns the text with a character for each encoded byte; a text without one is returned as it is. */
    private static String decoded(String text) {
        int next = text.indexOf('%');
        if (next < 0) {
            return text;
        }
        var out = new StringBuilder(text.length());
        for (int at = 0; at < text.length(); at++) {
            int encoded = PercentEncoding.decodedAt(text, at);
            if (encoded < 0) {
                out.append(text.charAt(at));
                continue;
            }
            at += 2;
            // Decoders that do not check UTF-8 read an ASCII character in two bytes.
            int more = encoded == 0xC0 || encoded == 0xC1 ? PercentEncoding.decodedAt(text, at + 1) : -1;
            if (more >= 0x80 && more < 0xC0) {
                at += 3;
                encoded = ((encoded & 1) << 6) | (more & 0x3F);
            }
            out.append((char) encoded);
        }
        return out.toString();
    }
}
