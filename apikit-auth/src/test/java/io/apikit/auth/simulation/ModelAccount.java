package io.apikit.auth.simulation;

import io.apikit.auth.Credentials;
import java.util.ArrayList;
import java.util.List;

/** One user with one password, right or wrong: what a session belongs to. Remembers when it was refused. */
final class ModelAccount {
    static final String CHALLENGE = "Basic realm=\"model\"";

    private static final long FIRST_COOL_DOWN = SimulatedSessions.COOL_DOWN.toNanos();
    private static final long LAST_COOL_DOWN = SimulatedSessions.LONGEST_COOL_DOWN.toNanos();

    private final ModelUser user;
    private final int password;
    private final Credentials credentials;
    private final boolean ofService;
    private final List<LoginRun> failures = new ArrayList<>();
    private long leastCoolDown;
    private long mostCoolDown;
    private long mayBeFreshUntil;
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

    /** The bounds of the latest cool-down: they differ where two sessions of the same credentials were at it together. */
    long leastCoolDown() {
        return leastCoolDown;
    }

    long mostCoolDown() {
        return mostCoolDown;
    }

    /** Refused once more: the cool-down doubles. */
    void refused(long since, long now, long step) {
        if (now < mayBeFreshUntil) {
            unknown();
        } else {
            leastCoolDown = doubled(leastCoolDown);
            mostCoolDown = doubled(mostCoolDown);
        }
        mayBeFreshUntil = Math.max(mayBeFreshUntil, now + mostCoolDown);
        refusedUntil = Math.max(refusedUntil, since + leastCoolDown);
        refusalNotedNanos = now;
        refusalNotedAtStep = step;
    }

    private static long doubled(long coolDown) {
        return coolDown == 0 ? FIRST_COOL_DOWN : Math.min(2 * coolDown, LAST_COOL_DOWN);
    }

    /** Let in: the next cool-down is the first again, unless another session was refused just now. */
    void accepted(long now) {
        if (now < mayBeFreshUntil) {
            unknown();
        } else {
            leastCoolDown = 0;
            mostCoolDown = 0;
        }
    }

    private void unknown() {
        leastCoolDown = FIRST_COOL_DOWN;
        mostCoolDown = LAST_COOL_DOWN;
    }

    void dropped(long until) {
        poolRefusesUntil = Math.max(poolRefusesUntil, until);
    }

    @Override
    public String toString() {
        return user.name() + '#' + password + (ofService ? "(service)" : "");
    }
}
