package io.apikit.auth;

import io.apikit.BackendError;
import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The session of the service's own account, whose password may change while it is in use. This is the only class that
 * knows of such a change. Thread-safe; of two requests at the time of a change either may get either session, and both
 * lead to a response.
 *
 * <p>The session under the old password stays in use until there is a good login under the new one. Until then:
 *
 * <ul>
 *   <li>As long as the old session's login is good, requests go out under it, and the login under the new password runs
 *       in the background. No request waits for a login that it does not need.
 *   <li>Once the old login has ended, requests go out under the new password. If that is refused or its login is broken,
 *       they go out under the old one ({@link #withoutLogin}).
 *   <li>A request whose old login is rejected is sent again under the new password, if that has a login by then. So the
 *       old password is not tried again where the backend has changed it ({@link #insteadOfRenewal}).
 * </ul>
 *
 * <p>So no request fails, whether the service or the backend learns of the change first.
 */
final class ServiceAccountSession implements AuthenticatingTransport.Fallback {
    private final SessionPool pool;
    private final AtomicReference<@Nullable CallerSession> inUse = new AtomicReference<>();
    /** The session under the newest password: the one in use, unless the password has changed. */
    private volatile @Nullable CallerSession newest;

    ServiceAccountSession(SessionPool pool) {
        this.pool = pool;
    }

    /** @throws BackendError if the credentials are refused and cooling down, and there are no others to go on with */
    CallerSession of(Account account) {
        var used = inUse.get();
        if (used == null || !isChanged(used.account(), account)) {
            return use(used, pool.session(account));
        }
        var changed = sessionOr(used, account);
        if (changed == used) {
            return used;
        }
        if (isGood(changed)) {
            return use(used, changed);
        }
        setNewest(changed);
        if (!isLive(used)) {
            return changed;
        }
        changed.login().start();
        return used;
    }

    /** Under the password in use: the new one is no good, or not yet. */
    @Override
    public Optional<BackendResponse> withoutLogin(Account account, BackendRequest request) {
        var used = inUse.get();
        if (used == null || !isChanged(used.account(), account)) {
            return Optional.empty();
        }
        if (!request.isReplayable() || SessionCall.of(request).isFallback()) {
            return Optional.empty();
        }
        return SessionCall.of(request)
                .fallback(used)
                .map(call -> used.authenticating().send(request.attached(call)));
    }

    /** Under the new password, if that can be logged in with by now. */
    @Override
    public Optional<BackendResponse> insteadOfRenewal(
            Account account, BackendRequest request, LoginGeneration rejected) {
        var changed = newest;
        if (changed == null || !isChanged(account, changed.account()) || !request.isReplayable()) {
            return Optional.empty();
        }
        var call = SessionCall.of(request).fallback(changed);
        if (call.isEmpty()) {
            return Optional.empty();
        }
        try {
            changed.login().currentOrNew(request.deadline().orElseThrow());
        } catch (BackendError ignored) {
            return Optional.empty(); // Not yet: the login under the old password is renewed.
        }
        rejected.reject();
        return Optional.of(
                changed.authenticating().send(request.attached(call.get().last())));
    }

    /**
     * Returns whether a session that the pool forgets goes on: its password has changed, and the new one has no good login
     * yet. Such a session ends once it is replaced.
     */
    boolean isKept(CallerSession forgotten) {
        return inUse.get() == forgotten && newest != forgotten;
    }

    /** Returns the session to go on with in place of one that has ended. */
    CallerSession after(CallerSession ended) {
        var used = inUse.get();
        if (used == ended) {
            return use(used, pool.sessionAfter(ended));
        }
        return used != null && isOfTheUser(used.account(), ended.account()) ? used : pool.sessionAfter(ended);
    }

    private static boolean isOfTheUser(Account used, Account ended) {
        return used.credentials().equals(ended.credentials()) || isChanged(ended, used);
    }

    /** Ends the session in use: the backend is closed. */
    void end() {
        var used = inUse.get();
        if (used != null) {
            used.end();
        }
    }

    /** Of another user this is no change: a login of the wrong user must not be used. */
    private static boolean isChanged(Account before, Account now) {
        return before.credentials() instanceof Credentials.Password old
                && now.credentials() instanceof Credentials.Password fresh
                && old.username().equals(fresh.username())
                && !old.password().equals(fresh.password());
    }

    /** Returns whether it has a login that a server gave and that is good: it may outlive the password it was given for. */
    private static boolean isLive(CallerSession session) {
        return session.login()
                .latest()
                .filter(login -> !login.login().isFixed() && login.state().isGood())
                .isPresent();
    }

    /** Returns whether it has a login that a server gave or has accepted, and that is good. */
    private static boolean isGood(CallerSession session) {
        return session.login()
                .latest()
                .filter(login -> !login.login().isFixed() || session.isAccepted(login))
                .filter(login -> login.state().isGood())
                .isPresent();
    }

    private CallerSession sessionOr(CallerSession used, Account account) {
        try {
            return pool.session(account);
        } catch (BackendError ignored) {
            return used; // Refused, and cooling down.
        }
    }

    /** By comparison: a request that has read an older password must not put its session back. */
    private CallerSession use(@Nullable CallerSession before, CallerSession session) {
        if (before != session) {
            if (!inUse.compareAndSet(before, session)) {
                return Objects.requireNonNull(inUse.get());
            }
            if (before != null && (isChanged(before.account(), session.account()) || !pool.contains(before))) {
                end(before);
            }
        }
        setNewest(session);
        return session;
    }

    /** A mode without log-outs has nothing to end: then the session stays in the pool, and may be used again. */
    private void end(CallerSession replaced) {
        if (replaced.isLoggedOut()) {
            pool.remove(replaced);
            replaced.end();
        }
    }

    /** Reads first: a write by every request would pass the cache line from core to core. */
    private void setNewest(CallerSession session) {
        if (newest != session) {
            newest = session;
        }
    }
}
