package io.apikit.testkit.identityprovider;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The steps that users have to pass after the password. Thread-safe. */
final class LoginRequirements {
    private record Requirement(String user, LoginStep step) {}

    private final Set<Requirement> requirements = ConcurrentHashMap.newKeySet();
    private volatile boolean consentForAll;

    void add(String user, LoginStep step) {
        requirements.add(new Requirement(user, step));
    }

    void remove(String user, LoginStep step) {
        requirements.remove(new Requirement(user, step));
    }

    void removeAll(String user) {
        requirements.removeIf(requirement -> requirement.user().equals(user));
    }

    void consentForAll(boolean ofAll) {
        consentForAll = ofAll;
    }

    boolean contains(String user, LoginStep step) {
        return (step == LoginStep.CONSENT && consentForAll) || requirements.contains(new Requirement(user, step));
    }
}
