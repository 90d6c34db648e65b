package io.apikit.testkit.internal;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The users of a fake. An unknown user and a wrong password are not distinguished. Thread-safe. */
public final class TestAccounts {
    private final Map<String, TestAccount> byName = new ConcurrentHashMap<>();

    /**
     * Adds a user, or replaces the user of that name.
     *
     * @throws IllegalArgumentException if the name is blank
     */
    public void put(String name, String password) {
        if (name.isBlank()) {
            throw new IllegalArgumentException("user: a name that is blank");
        }
        byName.put(name, new TestAccount(password));
    }

    /**
     * Returns the account of this user.
     *
     * @throws IllegalArgumentException if the user is unknown
     */
    public TestAccount named(String name) {
        TestAccount account = byName.get(name);
        if (account == null) {
            throw new IllegalArgumentException("no such user: " + name);
        }
        return account;
    }

    /** Removes the user of that name, if there is one. */
    public void remove(String name) {
        byName.remove(name);
    }

    /** Returns whether the user is known. */
    public boolean contains(String name) {
        return byName.containsKey(name);
    }

    /** Returns whether the user is known and enabled, and this is the password. */
    public boolean accepts(String name, String password) {
        TestAccount account = byName.get(name);
        return account != null && account.accepts(password);
    }

    /** Returns whether the user is known and not disabled. */
    public boolean active(String name) {
        return Optional.ofNullable(byName.get(name)).map(TestAccount::enabled).orElse(false);
    }

    /** One user. Thread-safe. */
    public static final class TestAccount {
        private volatile String password;
        private volatile boolean disabled;

        private TestAccount(String password) {
            this.password = password;
        }

        private boolean accepts(String given) {
            return !disabled
                    && MessageDigest.isEqual(
                            password.getBytes(StandardCharsets.UTF_8), given.getBytes(StandardCharsets.UTF_8));
        }

        /** Changes the password. */
        public void password(String changed) {
            password = changed;
        }

        private boolean enabled() {
            return !disabled;
        }

        /** Refuses the user from now on, whatever the password. */
        public void disable() {
            disabled = true;
        }
    }
}
