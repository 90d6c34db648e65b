package io.apikit.auth;

import io.apikit.BackendError;
import io.apikit.auth.internal.credentials.Netrc;
import io.apikit.auth.internal.credentials.ReloadingFile;
import io.apikit.internal.util.AuthorizationHeader;
import io.apikit.internal.util.HttpSyntax;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The credentials of a caller or of the service itself. Immutable and thread-safe; {@code toString} masks the secret
 * part.
 *
 * <p>A user name, password or token with a control character is a {@link BackendError} 400, because such a character
 * could end a header or a form field early. The error names the part and not its value.
 */
public sealed interface Credentials {
    /** Returns no credentials at all. */
    static Credentials none() {
        return None.NONE;
    }

    /**
     * Returns a user name and a password.
     *
     * @throws BackendError 400 for a control character in one of them
     */
    static Credentials password(String username, String password) {
        return new Password(username, password);
    }

    /**
     * Returns a bearer token (RFC 6750).
     *
     * @throws BackendError 400 for a control character in it
     */
    static Credentials bearer(String token) {
        return new Bearer(token);
    }

    /**
     * Reads an {@code Authorization} header: Basic (RFC 7617; UTF-8, else ISO-8859-1) or Bearer (RFC 6750). A bearer token
     * may have any visible character of ASCII.
     *
     * @return empty if it has another scheme or is malformed
     * @throws BackendError 400 for a control character in a part of it
     */
    static Optional<Credentials> parse(String authorizationHeader) {
        return AuthorizationHeader.parseBasic(authorizationHeader)
                .<Credentials>map(pair -> new Password(pair.username(), pair.password(), pair.charset()))
                .or(() -> AuthorizationHeader.parseBearer(authorizationHeader).map(Credentials::bearer));
    }

    /**
     * Returns a service account from a netrc file, in the format of {@code curl}, {@code ftp} and Python's
     * {@code requests}: the first entry of this machine (in any case), else the {@code default} one. The file is read
     * by the rules of {@link #passwordFile}.
     *
     * @return a supplier that throws an {@link IllegalStateException} until the file has contained good credentials;
     *     its message names the file and quotes nothing of it
     * @throws IllegalArgumentException if the machine has no name
     */
    static Supplier<Credentials> netrc(Path file, String machine) {
        if (machine.isBlank()) {
            throw new IllegalArgumentException("machine must have a name");
        }
        return new ReloadingFile<>(file, text -> {
            var entry = Netrc.entry(text, machine);
            return password(entry.login(), entry.password());
        });
    }

    /**
     * Returns a service account whose password, or client secret, is the whole content of a file, such as one of a
     * mounted Kubernetes secret. A line break at its end does not count.
     *
     * <p>The file is read when a backend is built with it, and again when it has changed. {@link Backend.Builder#build}
     * throws an {@link IllegalArgumentException} that names a file which cannot be used. A change is a write, a
     * replacement, or a link that leads to another file. A changed link is followed at once. Any other change counts
     * once the file has not been written for 2 s, so that no file is read half-written. If a changed file cannot be
     * used, for example because it is empty or deleted, the last good credentials stay in use, and a warning is logged.
     *
     * <p>The supplier is thread-safe. The permissions of the file are not checked: make sure that nobody else can read
     * it ({@code chmod 600}).
     *
     * @return a supplier that throws an {@link IllegalStateException} until the file has contained a good password; its
     *     message names the file and quotes nothing of it
     * @throws BackendError 400 for a control character in the user name
     */
    static Supplier<Credentials> passwordFile(String username, Path file) {
        requirePrintable("user name", username);
        return new ReloadingFile<>(file, text -> password(username, text.replaceFirst("\\R\\z", "")));
    }

    /** No credentials. */
    enum None implements Credentials {
        /** The only instance. */
        NONE
    }

    /**
     * A user name and a password.
     *
     * @param username may be shown in errors to the caller who sent it
     * @param password never shown
     * @param charset in which they are sent as Basic credentials: that of the caller, so that its own bytes are passed on
     */
    record Password(String username, String password, Charset charset) implements Credentials {
        /** Checks that there is no control character in it. */
        public Password {
            requirePrintable("user name", username);
            requirePrintable("password", password);
        }

        /** Creates credentials that are sent in UTF-8. */
        public Password(String username, String password) {
            this(username, password, StandardCharsets.UTF_8);
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
        /** Checks that there is no control character in it. */
        public Bearer {
            requirePrintable("token", token);
        }

        @Override
        public String toString() {
            return "Bearer[token=***]";
        }
    }

    private static void requirePrintable(String what, String value) {
        if (HttpSyntax.hasControl(Objects.requireNonNull(value, what))) {
            throw BackendError.of(400, "The " + what + " has a control character.");
        }
    }
}
