package io.apikit.auth;

import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import io.apikit.http.Deadline;
import io.apikit.internal.util.SingleFlight;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The first use of a login that nothing can renew. Until the backend has accepted it once, one request at a time tries
 * it: a wrong password meets the backend once, however many requests bring it. Threadsafe; no lock is held while a request
 * tries it.
 */
final class UnverifiedLogin {
    private final CurrentLogin logins;
    /** The result of a trial: whether the response decided about the credentials. */
    private final SingleFlight<Boolean> trials = new SingleFlight<>();

    /** The number of the latest login that the backend has accepted; 0 before. */
    private final AtomicLong accepted = new AtomicLong();

    UnverifiedLogin(CurrentLogin logins) {
        this.logins = logins;
    }

    /** Whether a response has shown that the backend takes this login. */
    boolean isAccepted(LoginGeneration generation) {
        return accepted.get() == generation.number();
    }

    /** @throws LoginUnavailable if the credentials are refused, now or by the request that was waited for */
    BackendResponse send(SigningTransport signing, BackendRequest request, LoginGeneration first, Deadline deadline)
            throws LoginUnavailable {
        var generation = first;
        while (!isSettled(generation)) {
            var mine = trials.newRun();
            var run = trials.enter(mine);
            if (run == mine) {
                return lead(mine, signing, request, deadline);
            }
            var isDecided = CurrentLogin.await(trials, run, deadline);
            generation = logins.forRequest(deadline);
            if (!isDecided) {
                // Of a backend that is broken the waiters need not wait for each other.
                return attempt(signing, request, generation, deadline);
            }
        }
        return signing.send(request, generation, deadline).response();
    }

    private BackendResponse lead(
            SingleFlight.Run<Boolean> mine, SigningTransport signing, BackendRequest request, Deadline deadline)
            throws LoginUnavailable {
        var isDecided = false;
        try {
            // Once more, now that no other trial runs: it may have been accepted or refused since.
            var generation = logins.forRequest(deadline);
            var response = attempt(signing, request, generation, deadline);
            isDecided = isAccepted(generation);
            return response;
        } catch (LoginUnavailable e) {
            isDecided = true;
            throw e;
        } finally {
            // Also if the leader is cancelled or its connection breaks: else the waiters would wait for nothing.
            end(mine, isDecided);
        }
    }

    private void end(SingleFlight.Run<Boolean> trial, boolean isDecided) {
        trials.end(trial, () -> isDecided);
    }

    /** Where nothing is signed there is nothing the backend could refuse. */
    private boolean isSettled(LoginGeneration generation) {
        return isAccepted(generation) || generation.login().signature().isEmpty();
    }

    private BackendResponse attempt(
            SigningTransport signing, BackendRequest request, LoginGeneration generation, Deadline deadline)
            throws LoginUnavailable {
        var answer = signing.send(request, generation, deadline);
        if (answer.isExpired() && !isSettled(generation)) {
            throw new LoginUnavailable(
                    logins.refuse(generation, new LoginRefused("The backend refused these credentials.")));
        }
        if (speaksOfCredentials(answer.response().status())) {
            // The greater one stays: a response to an earlier login may come late.
            accepted.accumulateAndGet(generation.number(), Math::max);
            logins.accepted();
        }
        return answer.response();
    }

    /** A backend that is broken, busy or elsewhere says nothing about the password. */
    private static boolean speaksOfCredentials(int status) {
        return status < 300 || (status >= 400 && status < 500 && status != 408 && status != 429);
    }
}
