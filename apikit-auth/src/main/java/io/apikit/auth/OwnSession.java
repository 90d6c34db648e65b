package io.apikit.auth;

import io.apikit.BackendError;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The session of the service's own account, whose password may change while it is in use. Then the old login serves
 * until the new one is there: nobody waits for it, and nobody fails where the new password reaches this service before it
 * reaches the backend. A login that ends in between is not renewed with the old password, unless the new one is no good. Threadsafe: of two requests at the time of a change, either may get either session, and both are
 * good.
 */
final class OwnSession {
    private final SessionPool pool;
    private final AtomicReference<@Nullable PooledSession> last = new AtomicReference<>();

    OwnSession(SessionPool pool) {
        this.pool = pool;
    }

    /** @throws BackendError if the credentials are refused and cooling down, and no older login is good any more */
    PooledSession of(Account account) {
        var before = last.get();
        if (before == null
                || !isRotated(before.account(), account)
                || !before.logins().isLive()) {
            return take(pool.session(account));
        }
        var next = sessionOr(before, account);
        if (next == before || next.logins().isLive()) {
            return take(next);
        }
        before.isInheritedBy(next);
        next.logins().begin();
        return before;
    }

    /** Another user's login is not this one's: the wrong one would answer for it. */
    private static boolean isRotated(Account before, Account now) {
        return before.credentials() instanceof Credentials.Password old
                && now.credentials() instanceof Credentials.Password fresh
                && old.username().equals(fresh.username())
                && !old.password().equals(fresh.password());
    }

    private PooledSession sessionOr(PooledSession before, Account account) {
        try {
            return pool.session(account);
        } catch (BackendError refused) {
            return before;
        }
    }

    private PooledSession take(PooledSession session) {
        if (last.get() != session) {
            last.set(session);
        }
        return session;
    }
}
