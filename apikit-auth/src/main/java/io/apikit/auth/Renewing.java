package io.apikit.auth;

import io.apikit.BackendError;
import io.apikit.auth.Authenticator.Verdict;
import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import io.apikit.http.Deadline;
import io.apikit.http.Transport;

/**
 * Sends one call's requests under the session's login: a rejected login is renewed once and the request sent once more,
 * however often the call is retried around it. One instance a call, on the caller's thread.
 */
final class Renewing implements Transport {
    private final PooledSession session;
    private boolean renewed;

    Renewing(PooledSession session) {
        this.session = session;
    }

    @Override
    public BackendResponse send(BackendRequest request) {
        var deadline = request.deadline().orElseThrow();
        var generation = session.logins().current(deadline);
        if (generation.login().isFixed()) {
            return session.fixedLogin().send(request, generation, deadline);
        }
        var response = session.signing().send(request, generation);
        if (!isExpired(response, generation, deadline)) {
            return response;
        }
        return mayRenew(request) ? renewAndReplay(request, response, generation, deadline) : last(response);
    }

    private boolean mayRenew(BackendRequest request) {
        return !renewed && !session.isDenied(request);
    }

    private BackendResponse renewAndReplay(
            BackendRequest request, BackendResponse rejected, Generation stale, Deadline deadline) {
        stale.reject();
        var renewal = session.logins().replacing(stale, deadline);
        if (renewal.isEmpty()) {
            return last(rejected);
        }
        renewed = true;
        var replayed = session.signing().send(request, renewal.get());
        if (!isExpired(replayed, renewal.get(), deadline)) {
            return replayed;
        }
        // Rejected under a login just renewed: it is this target that says no, not the login.
        session.deny(request);
        return last(replayed);
    }

    private boolean isExpired(BackendResponse response, Generation generation, Deadline deadline) {
        if (session.signing().judge(response, generation, deadline) == Verdict.EXPIRED) {
            return true;
        }
        generation.prove();
        return false;
    }

    /** No more renewals: a 401 or 403 is the caller's to see, anything else a backend that cannot be worked with. */
    private BackendResponse last(BackendResponse rejected) {
        var isDenial = rejected.status() == 401 || rejected.status() == 403;
        if (isDenial && !session.account().ofService()) {
            return rejected;
        }
        var answer = rejected.status() + " " + rejected.reason();
        throw BackendError.of(502, "The backend does not accept its own login: it answered " + answer + ".");
    }
}
