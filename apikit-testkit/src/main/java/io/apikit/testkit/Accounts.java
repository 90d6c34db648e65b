package io.apikit.testkit;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The users of a fake. An unknown user and a wrong password look the same. */
final class Accounts {
    private final Map<String, Account> byName = new ConcurrentHashMap<>();
    private volatile boolean consentForAll;

    void put(String name, String password) {
        if (name.isBlank()) {
            throw new IllegalArgumentException("user: a name that is blank");
        }
        byName.put(name, new Account(password));
    }

    Account named(String name) {
        Account account = byName.get(name);
        if (account == null) {
            throw new IllegalArgumentException("no such user: " + name);
        }
        return account;
    }

    boolean knows(String name) {
        return byName.containsKey(name);
    }

    void requireConsent(boolean ofAll) {
        consentForAll = ofAll;
    }

    boolean accepts(String name, String password) {
        Account account = byName.get(name);
        return account != null && account.accepts(password);
    }

    /** Somebody who may still use a single sign-on session. */
    boolean active(String name) {
        return Optional.ofNullable(byName.get(name)).map(Account::enabled).orElse(false);
    }

    boolean requires(String name, Step step) {
        return (step == Step.CONSENT && consentForAll) || named(name).requires(step);
    }
}
