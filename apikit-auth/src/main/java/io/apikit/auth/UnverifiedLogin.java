package io.apikit.auth;

import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import io.apikit.http.Transport;
import io.apikit.internal.util.SingleFlight;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Sends requests under a login that cannot be renewed, until the backend has accepted it once. One request at a time
 * tries it: a wrong password reaches the backend once, however many requests bring it. If the trial decides nothing,
 * because the backend failed, the requests that waited for it are sent without waiting for each other. Thread-safe. No
 * lock is held while a request tries it.
 */
final class UnverifiedLogin {
    private final CurrentLogin login;
    private final Transport next;

    /** The result of a trial: whether the response decided about the credentials. */
    private final SingleFlight<Boolean> trials = new SingleFlight<>();

    /** The number of the latest login that the backend has accepted; 0 before. */
    private final AtomicLong accepted = new AtomicLong();

    UnverifiedLogin(CurrentLogin login, Transport next) {
        this.login = login;
        this.next = next;
    }

    /** Returns whether this is a login that cannot be renewed, and that the backend has not accepted so far. */
    boolean isUnverified(LoginGeneration generation) {
        return generation.login().isFixed() && !isSettled(generation);
    }

    /** Returns whether a response has shown that the backend accepts this login. */
    boolean isAccepted(LoginGeneration generation) {
        return accepted.get() == generation.number();
    }

    /** Where nothing is signed, there is nothing that the backend could refuse. */
    private boolean isSettled(LoginGeneration generation) {
        return isAccepted(generation) || generation.login().signature().isEmpty();
    }

    /** @throws io.apikit.auth.CurrentLogin.LoginUnavailable if the credentials are refused, now or by the request that was waited for */
    BackendResponse send(BackendRequest request, SessionCall call, LoginGeneration first)
            throws CurrentLogin.LoginUnavailable {
        var deadline = request.deadline().orElseThrow();
        var generation = first;
        while (!isSettled(generation)) {
            var own = trials.newRun();
            var run = trials.enter(own);
            if (run == own) {
                return lead(own, request, call);
            }
            var isDecided = CurrentLogin.await(trials, run, deadline);
            generation = login.forRequest(request);
            if (!isDecided) {
                // If the backend failed, the waiters do not wait for each other.
                return sendFirst(request, call, generation);
            }
        }
        call.signWith(generation);
        return next.send(request);
    }

    private BackendResponse lead(SingleFlight.Run<Boolean> own, BackendRequest request, SessionCall call)
            throws CurrentLogin.LoginUnavailable {
        var isDecided = false;
        try {
            // Once more, now that no other trial runs: it may have been accepted or refused since.
            var generation = login.forRequest(request);
            var response = sendFirst(request, call, generation);
            isDecided = isAccepted(generation);
            return response;
        } catch (CurrentLogin.LoginUnavailable e) {
            isDecided = true;
            throw e;
        } finally {
            // Also if the leader is cancelled or its connection breaks: otherwise the waiters would wait for nothing.
            end(own, isDecided);
        }
    }

    private void end(SingleFlight.Run<Boolean> trial, boolean isDecided) {
        trials.end(trial, () -> isDecided);
    }

    private BackendResponse sendFirst(BackendRequest request, SessionCall call, LoginGeneration generation)
            throws CurrentLogin.LoginUnavailable {
        call.signWith(generation);
        var response = next.send(request);
        // A request that was carried out must not be sent again under other credentials.
        if (call.isRejected() && !call.isOver(request) && !isSettled(generation)) {
            throw new CurrentLogin.LoginUnavailable(
                    login.refuse(generation, new LoginRefused("The backend refused these credentials.")));
        }
        if (call.isAccepted()) {
            // The greater one stays: a response to an earlier login may come late.
            accepted.accumulateAndGet(generation.number(), Math::max);
            login.accepted();
        }
        return response;
    }
}
