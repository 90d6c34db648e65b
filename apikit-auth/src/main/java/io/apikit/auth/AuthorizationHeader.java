package io.apikit.auth;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
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
        var space = trimmed.indexOf(' ');
        if (space < 0) {
            return Optional.empty();
        }
        var scheme = trimmed.substring(0, space);
        var value = trimmed.substring(space + 1).stripLeading();
        if (scheme.equalsIgnoreCase("Basic")) {
            return basic(value);
        }
        return scheme.equalsIgnoreCase("Bearer") && TOKEN.matcher(value).matches()
                ? Optional.of(Credentials.bearer(value))
                : Optional.empty();
    }

    /** The value for these credentials, in UTF-8. */
    static String basic(String username, String password) {
        var pair = (username + ":" + password).getBytes(StandardCharsets.UTF_8);
        return "Basic " + Base64.getEncoder().encodeToString(pair);
    }

    private static Optional<Credentials> basic(String encoded) {
        var pair = decoded(encoded);
        var colon = pair.map(text -> text.indexOf(':')).orElse(-1);
        if (colon < 0 || pair.orElse("").length() == 1) {
            return Optional.empty();
        }
        return pair.map(text -> Credentials.password(text.substring(0, colon), text.substring(colon + 1)));
    }

    private static Optional<String> decoded(String encoded) {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(encoded);
        } catch (IllegalArgumentException notBase64) {
            return Optional.empty();
        }
        try {
            return Optional.of(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString());
        } catch (CharacterCodingException notUtf8) {
            return Optional.of(new String(bytes, StandardCharsets.ISO_8859_1));
        }
    }
}
