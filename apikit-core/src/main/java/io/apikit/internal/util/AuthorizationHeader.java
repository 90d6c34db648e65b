package io.apikit.internal.util;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/** Reads and writes the {@code Authorization} header for the schemes Basic (RFC 7617) and Bearer (RFC 6750). */
public final class AuthorizationHeader {
    private static final String BASIC = "Basic ";
    private static final String BEARER = "Bearer ";

    private AuthorizationHeader() {}

    /**
     * The user name and the password of a Basic header. Its {@code toString} does not show them.
     *
     * @param username may be empty, contains no colon
     * @param password may be empty
     * @param charset in which both together are the bytes of the header
     */
    public record UserPassword(String username, String password, Charset charset) {
        @Override
        public String toString() {
            return "UserPassword[***]";
        }
    }

    /**
     * Reads a Basic header, in UTF-8, else in ISO-8859-1.
     *
     * @return empty if the scheme is another one, or the value is malformed, or both parts are empty
     */
    public static Optional<UserPassword> parseBasic(String header) {
        return value(header, BASIC).flatMap(AuthorizationHeader::decoded);
    }

    /**
     * Reads the token of a Bearer header.
     *
     * @return empty if the scheme is another one, or the token has a character that is not visible ASCII
     */
    public static Optional<String> parseBearer(String header) {
        return value(header, BEARER).filter(HttpSyntax::isBearerToken);
    }

    /** Returns the Basic header for these credentials, in UTF-8. */
    public static String basic(String username, String password) {
        return basic(username, password, StandardCharsets.UTF_8);
    }

    /** Returns the Basic header for these credentials, in this charset. */
    public static String basic(String username, String password, Charset charset) {
        var pair = (username + ":" + password).getBytes(charset);
        return BASIC + Base64.getEncoder().encodeToString(pair);
    }

    /** Returns the Bearer header for this token. */
    public static String bearer(String token) {
        return BEARER + token;
    }

    /** The text after the scheme, whose case does not count (RFC 9110, section 11.1). */
    private static Optional<String> value(String header, String scheme) {
        var trimmed = header.strip();
        return trimmed.regionMatches(true, 0, scheme, 0, scheme.length())
                ? Optional.of(trimmed.substring(scheme.length()).stripLeading())
                : Optional.empty();
    }

    private static Optional<UserPassword> decoded(String encoded) {
        byte[] pair;
        try {
            pair = Base64.getDecoder().decode(encoded);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        var colon = indexOfColon(pair);
        if (colon < 0 || pair.length == 1) {
            return Optional.empty();
        }
        // ASCII is the same in all three, and ISO-8859-1 is decoded faster.
        var isAscii = isAscii(pair);
        var charset = isAscii || isUtf8(pair) ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1;
        var decoding = isAscii ? StandardCharsets.ISO_8859_1 : charset;
        return Optional.of(new UserPassword(
                new String(pair, 0, colon, decoding),
                new String(pair, colon + 1, pair.length - colon - 1, decoding),
                charset));
    }

    /** The end of the user name. In UTF-8, too, no other character contains this byte. */
    private static int indexOfColon(byte[] pair) {
        for (int i = 0; i < pair.length; i++) {
            if (pair[i] == ':') {
                return i;
            }
        }
        return -1;
    }

    private static boolean isAscii(byte[] bytes) {
        for (var one : bytes) {
            if (one < 0) {
                return false;
            }
        }
        return true;
    }

    private static boolean isUtf8(byte[] bytes) {
        try {
            var unused = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }
}
