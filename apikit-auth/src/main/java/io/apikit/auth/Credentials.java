package io.apikit.auth;

import io.apikit.BackendError;
import io.apikit.auth.internal.credentials.Netrc;
import io.apikit.auth.internal.credentials.ReloadingFile;
import io.apikit.internal.util.AuthorizationHeader;
import io.apikit.internal.util.HttpSyntax;
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
        return AuthorizationHeader.parseBasic(authorizationHeader)
                .map(pair -> password(pair.username(), pair.password()))
                .or(() -> AuthorizationHeader.parseBearer(authorizationHeader).map(Credentials::bearer));
    }

    /**
     * A service account from a netrc file, as {@code curl}, {@code ftp} and Python's {@code requests} use it: the first
     * entry of this machine (in any case), else the {@code default} one. Read as {@link #passwordFile} is.
     *
     * @return throws an {@link IllegalStateException} that names the file, and never what is in it, as long as there were
     *     no good credentials in it yet
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
     * A service account whose password, or client secret, is all that is in a file, such as one of a mounted Kubernetes
     * secret; a line break at its end does not count.
     *
     * <p>Nothing is read before it is asked for; then it is read again whenever the file has changed: written anew,
     * replaced, or reached by a link that leads elsewhere now. Such a link is followed at once; any other change is believed once
     * the file has been left alone for 2 s, so that none is read half-written. A changed file that cannot be used, empty maybe or gone, leaves the last good credentials in
     * use, with a warning in the log.
     *
     * <p>Threadsafe. Who may read the file is not checked: see to it that nobody else can ({@code chmod 600}).
     *
     * @return throws an {@link IllegalStateException} that names the file, and never what is in it, as long as there was
     *     no good password in it yet
     * @throws BackendError 400 for a control character in the user name
     */
    static Supplier<Credentials> passwordFile(String username, Path file) {
        requirePrintable("user name", username);
        return new ReloadingFile<>(file, text -> password(username, text.replaceFirst("\\R\\z", "")));
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
        if (HttpSyntax.hasControl(Objects.requireNonNull(value, what))) {
            throw BackendError.of(400, "The " + what + " has a control character.");
        }
    }
}
