package io.apikit.example;

import io.apikit.BackendError;
import io.apikit.auth.Credentials;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The service's own credentials at one backend, if it was given some; else each caller brings its own.
 *
 * @param username the variable that names the account
 * @param secret the one with its password, or client secret
 * @param file in place of that, the one with the name of a file that holds it
 */
record ServiceAccount(Variable username, Variable secret, Variable file) {
    private static final ServiceAccount BACKEND =
            new ServiceAccount(Variable.AUTH_USERNAME, Variable.AUTH_PASSWORD, Variable.AUTH_PASSWORD_FILE);

    /** The one for the backend, where a login of this mode has a place for it. */
    static Optional<Supplier<Credentials>> from(Map<String, String> environment, Mode mode) {
        var account = BACKEND.in(environment);
        account.ifPresent(
                any -> requirePlace(Variable.AUTH_USERNAME.in(environment).orElseThrow(), mode));
        return account;
    }

    /** @throws BadConfiguration if only a part of it is set, or its file cannot be used */
    Optional<Supplier<Credentials>> in(Map<String, String> environment) {
        var name = username.in(environment);
        var value = secret.in(environment);
        var path = file.strippedIn(environment);
        if (value.isPresent() && path.isPresent()) {
            throw new BadConfiguration(file, "is set, and " + secret + " too: set one of them");
        }
        if (name.isEmpty() && (value.isPresent() || path.isPresent())) {
            throw new BadConfiguration(value.isPresent() ? secret : file, "is set, but " + username + " is not");
        }
        return name.map(account -> value.map(password -> fixed(account, password))
                .or(() -> path.map(where -> changing(account, where)))
                .orElseThrow(() ->
                        new BadConfiguration(username, "is set, but neither " + secret + " nor " + file + " is")));
    }

    private static void requirePlace(String username, Mode mode) {
        if (mode == Mode.NONE) {
            throw new BadConfiguration(Variable.AUTH_USERNAME, "is set, but AUTH_MODE is none: nothing would send it");
        }
        if (mode == Mode.BASIC && username.contains(":")) {
            throw new BadConfiguration(
                    Variable.AUTH_USERNAME, "has a colon, which Basic authentication cannot send (RFC 7617)");
        }
    }

    private Supplier<Credentials> fixed(String account, String password) {
        try {
            var credentials = Credentials.password(account, password);
            return () -> credentials;
        } catch (BackendError controlCharacter) {
            throw new BadConfiguration(secret, controlCharacter.content().orElse(controlCharacter.reason()));
        }
    }

    /** Read once, so that a file of no use is found out at the start. */
    private Supplier<Credentials> changing(String account, String where) {
        try {
            var credentials = Credentials.passwordFile(account, Path.of(where));
            Objects.requireNonNull(credentials.get());
            return credentials;
        } catch (InvalidPathException malformed) {
            throw new BadConfiguration(file, "is not the name of a file");
        } catch (BackendError controlCharacter) {
            throw new BadConfiguration(username, controlCharacter.content().orElse(controlCharacter.reason()));
        } catch (IllegalStateException unusable) {
            throw new BadConfiguration(file, String.valueOf(unusable.getMessage()));
        }
    }
}
