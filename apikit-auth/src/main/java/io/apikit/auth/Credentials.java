package io.apikit.auth;

import io.apikit.BackendError;
import java.util.Objects;
import java.util.Optional;

/**
 * What a caller shows to prove who it is. Immutable and threadsafe; {@code toString} masks the secret part.
 *
 * <p>A user name, password or token with a control character is a {@link BackendError} 400 that names the part, never
 * its value: such a character could end a header or a form field early.
 */
public sealed interface Credentials {
    /** No credentials at all. */
    static Credentials none() {
        return None.NONE;
    }

    static Credentials password(String username, String password) {
        return new Password(username, password);
    }

    static Credentials bearer(String token) {
        return new Bearer(token);
    }

    /**
     * Reads an {@code Authorization} header: Basic (RFC 7617; UTF-8, else ISO-8859-1) or Bearer (RFC 6750).
     *
     * @return empty if it is neither, or not well-formed
     */
    static Optional<Credentials> parse(String authorizationHeader) {
        return AuthorizationHeader.parse(authorizationHeader);
    }

    /** The caller showed nothing. */
    enum None implements Credentials {
        NONE
    }

    /**
     * A user name and a password.
     *
     * @param username may be shown in errors to its owner
     * @param password never shown
     */
    record Password(String username, String password) implements Credentials {
        public Password {
            requirePrintable("user name", username);
            requirePrintable("password", password);
        }

        @Override
        public String toString() {
            return "Password[username=" + username + ", password=***]";
        }
    }

    /**
     * A bearer token (RFC 6750).
     *
     * @param token never shown
     */
    record Bearer(String token) implements Credentials {
        public Bearer {
            requirePrintable("token", token);
        }

        @Override
        public String toString() {
            return "Bearer[token=***]";
        }
    }

    private static void requirePrintable(String what, String value) {
        if (Objects.requireNonNull(value, what).chars().anyMatch(Character::isISOControl)) {
            throw BackendError.of(400, "The " + what + " has a control character.");
        }
    }
}
