package io.apikit.auth;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;

/** The {@code Authorization} header: Basic (RFC 7617) and Bearer (RFC 6750), read and written. */
final class AuthorizationHeader {
    /** b64token of RFC 6750, section 2.1. */
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9\\-._~+/]+=*");

    private AuthorizationHeader() {}

    static Optional<Credentials> parse(String header) {
        var trimmed = header.strip();
        if (trimmed.regionMatches(true, 0, "Basic ", 0, 6)) {
            return basic(trimmed.substring(6).stripLeading());
        }
        if (!trimmed.regionMatches(true, 0, "Bearer ", 0, 7)) {
            return Optional.empty();
        }
        var token = trimmed.substring(7).stripLeading();
        return TOKEN.matcher(token).matches() ? Optional.of(Credentials.bearer(token)) : Optional.empty();
    }

    /** The value for these credentials, in UTF-8. */
    static String basic(String username, String password) {
        var pair = (username + ":" + password).getBytes(StandardCharsets.UTF_8);
        return "Basic " + Base64.getEncoder().encodeToString(pair);
    }

    private static Optional<Credentials> basic(String encoded) {
        byte[] pair;
        try {
            pair = Base64.getDecoder().decode(encoded);
        } catch (IllegalArgumentException notBase64) {
            return Optional.empty();
        }
        var colon = colon(pair);
        if (colon < 0 || pair.length == 1) {
            return Optional.empty();
        }
        var charset = charset(pair);
        return Optional.of(Credentials.password(
                new String(pair, 0, colon, charset), new String(pair, colon + 1, pair.length - colon - 1, charset)));
    }

    /** Where the user name ends: in UTF-8, too, no other character has this byte. */
    private static int colon(byte[] pair) {
        for (int i = 0; i < pair.length; i++) {
            if (pair[i] == ':') {
                return i;
            }
        }
        return -1;
    }

    /** UTF-8, else ISO-8859-1; what most names and passwords are made of is the same in both. */
    private static Charset charset(byte[] pair) {
        return isAscii(pair) || !isUtf8(pair) ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8;
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
        } catch (CharacterCodingException another) {
            return false;
        }
    }
}
