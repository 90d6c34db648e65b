package io.apikit.auth;

import io.apikit.BackendError;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

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

    /**
     * A service account from a netrc file, as {@code curl}, {@code ftp} and Python's {@code requests} use it: the first
     * entry of this machine (in any case), else the {@code default} one. Nothing is read before it is asked for; then it
     * is read again whenever the file has changed. A changed file that cannot be used, half-written maybe or without the
     * entry, leaves the last good credentials in use, with a warning in the log.
     *
     * <p>Threadsafe. Who may read the file is not checked: see to it that nobody else can ({@code chmod 600}).
     *
     * @return throws an {@link IllegalStateException} that names the file, and never what is in it, as long as there were
     *     no good credentials in it yet
     * @throws IllegalArgumentException if the machine has no name
     */
    static Supplier<Credentials> netrc(Path file, String machine) {
        return new Netrc(file, machine);
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
