package io.apikit.auth.simulation;

import io.apikit.auth.Credentials;
import java.util.ArrayList;
import java.util.List;

/** One user with one token, right or wrong, in all replicas. A token needs no slow hash, as a password would. */
final class SharedAccount {
    /** A refusal that the provider has given, and whether the store has known of it since. */
    static final class Refusal {
        final long atNanos;

        /** The store has it, and has not lost it. */
        boolean isShared;

        Refusal(long atNanos) {
            this.atNanos = atNanos;
        }
    }

    private final ModelUser user;
    private final int password;
    private final Credentials credentials;
    private final List<Refusal> refusals = new ArrayList<>();
    private int logins;

    SharedAccount(ModelUser user, int password) {
        this.user = user;
        this.password = password;
        this.credentials = Credentials.bearer(Secret.password(user, password));
    }

    ModelUser user() {
        return user;
    }

    int password() {
        return password;
    }

    Credentials credentials() {
        return credentials;
    }

    /** What the store must not show. */
    String secretName() {
        return user.name();
    }

    boolean isLetIn() {
        return user.isLetInWith(password);
    }

    List<Refusal> refusals() {
        return refusals;
    }

    /** How often the provider was asked to log it in. */
    int logins() {
        return logins;
    }

    void loggedIn() {
        logins++;
    }

    @Override
    public String toString() {
        return user.name() + '#' + password;
    }
}
