package io.apikit.auth;

import io.apikit.BackendError;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The session of the service's own account, whose password may change while it is in use. The session under the old one
 * is let go of only once a login under the new one is good. Until then requests go out under the old login, or where that
 * has ended, under the new password and failing that under the old one: so nobody waits for a login that is not needed,
 * and nobody fails, whether this service or the backend learns of the change first. Threadsafe: of two requests at the
 * time of a change, either may get either session, and both lead to an answer.
 */
final class ServiceAccountSession {
    private final SessionPool pool;
    private final AtomicReference<@Nullable CallerSession> last = new AtomicReference<>();

    ServiceAccountSession(SessionPool pool) {
        this.pool = pool;
    }

    /** @throws BackendError if the credentials are refused and cooling down, and there are no others to go on with */
    CallerSession of(Account account) {
        var before = last.get();
        if (before == null || !isRotated(before.account(), account)) {
            return take(pool.session(account));
        }
        var next = sessionOr(before, account);
        if (next == before) {
            return before;
        }
        if (isGood(next)) {
            next.follow(null);
            return take(next);
        }
        next.follow(before);
        if (!isLive(before)) {
            return next;
        }
        next.logins().start();
        return before;
    }

    /** Another user's login is not this one's: the wrong one would answer for it. */
    private static boolean isRotated(Account before, Account now) {
        return before.credentials() instanceof Credentials.Password old
                && now.credentials() instanceof Credentials.Password fresh
                && old.username().equals(fresh.username())
                && !old.password().equals(fresh.password());
    }

    /** Whether it has a login that a server gave and that is still good: it may outlive the password it was given for. */
    private static boolean isLive(CallerSession session) {
        return session.logins()
                .latest()
                .filter(login -> !login.login().isFixed() && isGood(login.state()))
                .isPresent();
    }

    /** Whether it has a login that a server gave or has accepted, and that is still good. */
    private static boolean isGood(CallerSession session) {
        var accepted = session.logins().latest().filter(login -> !login.login().isFixed() || session.isAccepted(login));
        return accepted.filter(login -> isGood(login.state())).isPresent();
    }

    private static boolean isGood(LoginGeneration.State state) {
        return state == LoginGeneration.State.FRESH || state == LoginGeneration.State.STALE;
    }

    private CallerSession sessionOr(CallerSession before, Account account) {
        try {
            return pool.session(account);
        } catch (BackendError refused) {
            return before;
        }
    }

    private CallerSession take(CallerSession session) {
        if (last.get() != session) {
            last.set(session);
        }
        return session;
    }
}
