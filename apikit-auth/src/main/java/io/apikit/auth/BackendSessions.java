package io.apikit.auth;

import io.apikit.http.internal.metrics.BackendMetrics;
import io.apikit.internal.caller.ClientNetwork;
import java.util.Optional;
import java.util.function.Supplier;

/** The sessions of one backend: those of its callers, and that of the service's own account. Thread-safe. */
final class BackendSessions implements AutoCloseable {
    private final SessionFactory factory;
    private final SessionPool pool;
    private final ServiceAccountSession serviceAccount;

    BackendSessions(SessionFactory factory, SessionSettings settings, BackendMetrics meters) {
        this.factory = factory;
        this.pool = new SessionPool(settings, this::open, factory.logsOut() ? this::removed : null);
        pool.share(factory.shared());
        this.serviceAccount = new ServiceAccountSession(pool);
        pool.measuredBy(meters);
    }

    private CallerSession open(Account account, SessionPool.Entry entry) {
        var fallback = account.ofService() ? serviceAccount : AuthenticatingTransport.Fallback.NONE;
        return factory.open(account, entry, fallback);
    }

    private void removed(CallerSession session) {
        if (!serviceAccount.isKept(session)) {
            session.end();
        }
    }

    /**
     * Returns the session of an account.
     *
     * @param source the source of the request with the account; used only if there is no session yet
     */
    CallerSession of(Account account, Supplier<Optional<ClientNetwork>> source) {
        return account.ofService() ? serviceAccount.of(account) : pool.session(account, source);
    }

    /** Returns the session of an account that does not come from a request. */
    CallerSession of(Account account) {
        return of(account, Optional::empty);
    }

    /** Begins a call of this session. If it has ended since its caller has got it, of another session of its account. */
    CallerSession enter(CallerSession known, SessionCall call) {
        return call.enter(known) ? known : enterAnother(known, call);
    }

    private CallerSession enterAnother(CallerSession ended, SessionCall call) {
        var another = ended.account().ofService() ? serviceAccount.after(ended) : pool.sessionAfter(ended);
        if (call.enter(another)) {
            return another;
        }
        // The pool is too small for the callers of this moment. No call may try for ever.
        var own = pool.ownSessionAfter(ended);
        var isEntered = call.enter(own);
        own.end();
        return isEntered ? own : another;
    }

    /** Returns the number of sessions kept now. */
    long size() {
        return pool.size();
    }

    /** Forgets all sessions and logs out, for 2 s at most. Then the logins under way end. */
    @Override
    public void close() {
        factory.close(() -> {
            pool.clear();
            serviceAccount.end();
        });
    }
}
