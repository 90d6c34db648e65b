package io.apikit.testkit;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/** One user of a fake, and what stands between the right password and a login. */
final class Account {
    private volatile String password;
    private volatile boolean disabled;
    private volatile boolean totp;
    private volatile boolean consent;
    private volatile boolean passwordChange;

    Account(String password) {
        this.password = password;
    }

    boolean accepts(String given) {
        return !disabled
                && MessageDigest.isEqual(
                        password.getBytes(StandardCharsets.UTF_8), given.getBytes(StandardCharsets.UTF_8));
    }

    /** Sets a password; whoever was made to choose a new one has done so. */
    void password(String changed) {
        password = changed;
        passwordChange = false;
    }

    boolean enabled() {
        return !disabled;
    }

    void disable() {
        disabled = true;
    }

    void requireTotp() {
        totp = true;
    }

    void requireConsent() {
        consent = true;
    }

    void requirePasswordChange() {
        passwordChange = true;
    }

    /** Whether this step stands before a login of this user. */
    boolean requires(Step step) {
        return switch (step) {
            case SECOND_FACTOR -> totp;
            case NEW_PASSWORD -> passwordChange;
            case CONSENT -> consent;
            case USER_NAME, PASSWORD -> false;
        };
    }
}
