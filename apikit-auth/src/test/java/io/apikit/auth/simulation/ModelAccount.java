package io.apikit.auth.simulation;

import io.apikit.auth.Credentials;
import java.util.ArrayList;
import java.util.List;

/** One user with one password, right or wrong: what a session belongs to. Remembers when it was refused. */
final class ModelAccount {
    static final String CHALLENGE = "Basic realm=\"model\"";

    private final ModelUser user;
    private final int password;
    private final Credentials credentials;
    private final boolean ofService;
    private final List<LoginRun> failures = new ArrayList<>();
    private long refusedUntil;
    private long refusalNotedAtStep;
    private long refusalNotedNanos;
    private long poolRefusesUntil;

    ModelAccount(ModelUser user, int password, boolean ofService) {
        this.user = user;
        this.password = password;
        this.credentials = Credentials.password(user.name(), Secret.password(user, password));
        this.ofService = ofService;
    }

    ModelUser user() {
        return user;
    }

    Credentials credentials() {
        return credentials;
    }

    boolean isOfService() {
        return ofService;
    }

    /** Every login of theirs that failed. */
    List<LoginRun> failures() {
        return failures;
    }

    int password() {
        return password;
    }

    boolean isLetIn() {
        return user.isLetInWith(password);
    }

    /** Until when nobody may show these credentials to the identity provider again. */
    long refusedUntil() {
        return refusedUntil;
    }

    /** A session that was opened before knows nothing of it. */
    long refusalNotedAtStep() {
        return refusalNotedAtStep;
    }

    /** Until when there must be no session of them. */
    long poolRefusesUntil() {
        return poolRefusesUntil;
    }

    /** Whoever decides on a login later than this must know. */
    long refusalNotedNanos() {
        return refusalNotedNanos;
    }

    void refused(long until, long now, long step) {
        refusedUntil = Math.max(refusedUntil, until);
        refusalNotedNanos = now;
        refusalNotedAtStep = step;
    }

    void dropped(long until) {
        poolRefusesUntil = Math.max(poolRefusesUntil, until);
    }

    @Override
    public String toString() {
        return user.name() + '#' + password + (ofService ? "(service)" : "");
    }
}
