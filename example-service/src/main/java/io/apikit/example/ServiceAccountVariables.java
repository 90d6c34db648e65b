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
 * The three variables that set a service's own credentials at one backend. If none is set, each caller sends its own.
 *
 * @param username the variable for the name of the account
 * @param secret the variable for its password, or client secret
 * @param file the variable for the name of a file that contains the secret, in place of {@code secret}
 */
record ServiceAccountVariables(Variable username, Variable secret, Variable file) {
    private static final ServiceAccountVariables BACKEND =
            new ServiceAccountVariables(Variable.AUTH_USERNAME, Variable.AUTH_PASSWORD, Variable.AUTH_PASSWORD_FILE);

    /**
     * Reads the account for the service's backend.
     *
     * @throws InvalidSettingException as {@link #in}, and if this mode cannot send such an account
     */
    static Optional<Supplier<Credentials>> from(Map<String, String> environment, LoginMode mode) {
        var account = BACKEND.in(environment);
        account.ifPresent(
                ignored -> requireUsable(Variable.AUTH_USERNAME.in(environment).orElseThrow(), mode));
        return account;
    }

    /**
     * Reads the account.
     *
     * @throws InvalidSettingException if only some of the variables are set, or the file cannot be used
     */
    Optional<Supplier<Credentials>> in(Map<String, String> environment) {
        var name = username.in(environment);
        var value = secret.in(environment);
        var path = file.strippedIn(environment);
        if (value.isPresent() && path.isPresent()) {
            throw new InvalidSettingException(file, "is set, and " + secret + " too: set one of them");
        }
        if (name.isEmpty() && (value.isPresent() || path.isPresent())) {
            throw new InvalidSettingException(value.isPresent() ? secret : file, "is set, but " + username + " is not");
        }
        return name.map(account -> value.map(password -> fixed(account, password))
                .or(() -> path.map(where -> changing(account, where)))
                .orElseThrow(() -> new InvalidSettingException(
                        username, "is set, but neither " + secret + " nor " + file + " is")));
    }

    private static void requireUsable(String username, LoginMode mode) {
        if (mode == LoginMode.NONE) {
            throw new InvalidSettingException(
                    Variable.AUTH_USERNAME, "is set, but AUTH_MODE is none: nothing would send it");
        }
        if (mode == LoginMode.BASIC && username.contains(":")) {
            throw new InvalidSettingException(
                    Variable.AUTH_USERNAME, "has a colon, which Basic authentication cannot send (RFC 7617)");
        }
    }

    private Supplier<Credentials> fixed(String account, String password) {
        try {
            var credentials = Credentials.password(account, password);
            return () -> credentials;
        } catch (BackendError e) {
            throw new InvalidSettingException(secret, e.content().orElse(e.reason()));
        }
    }

    /** Reads the file once, so that an unusable file is reported at the start. */
    private Supplier<Credentials> changing(String account, String where) {
        try {
            var credentials = Credentials.passwordFile(account, Path.of(where));
            Objects.requireNonNull(credentials.get());
            return credentials;
        } catch (InvalidPathException ignored) {
            throw new InvalidSettingException(file, "is not the name of a file");
        } catch (BackendError e) {
            throw new InvalidSettingException(username, e.content().orElse(e.reason()));
        } catch (IllegalStateException e) {
            throw new InvalidSettingException(file, String.valueOf(e.getMessage()));
        }
    }
}
