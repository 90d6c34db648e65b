package io.apikit.auth;

import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import io.apikit.http.Transport;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Sends requests under a login that cannot be renewed, until the backend has accepted it once. One request at a time
 * tries it: a wrong password reaches the backend once, however many requests bring it. Thread-safe.
 */
final class UnverifiedLogin {
    private final CurrentLogin login;
    private final Transport next;
    private final AtomicReference<@Nullable CompletableFuture<Boolean>> trial = new AtomicReference<>();

    UnverifiedLogin(CurrentLogin login, Transport next) {
        this.login = login;
        this.next = next;
    }

    /** Returns whether this is a login that cannot be renewed, and that the backend has not accepted so far. */
    static boolean isUnverified(LoginGeneration generation) {
        return generation.login().isFixed() && !isSettled(generation);
    }

    /** Where nothing is signed, there is nothing that the backend could refuse. */
    private static boolean isSettled(LoginGeneration generation) {
        return generation.isProven() || generation.login().signature().isEmpty();
    }

    /** @throws LoginUnavailable if the credentials are refused, now or by the request that was waited for */
    BackendResponse send(BackendRequest request, SessionCall call, LoginGeneration first) throws LoginUnavailable {
        var deadline = request.deadline().orElseThrow();
        var generation = first;
        while (!isSettled(generation)) {
            var own = new CompletableFuture<Boolean>();
            var running = trial.compareAndExchange(null, own);
            if (running == null) {
                return lead(own, request, call);
            }
            var isConclusive = LoginFlight.FlightWait.until(deadline, running);
            generation = login.forRequest(deadline);
            if (!isConclusive) {
                return sendFirst(request, call, generation);
            }
        }
        call.signWith(generation);
        return next.send(request);
    }

    /**
     * Waiters learn whether the trial was conclusive. If the backend failed, they proceed without waiting for each other.
     */
    private BackendResponse lead(CompletableFuture<Boolean> own, BackendRequest request, SessionCall call)
            throws LoginUnavailable {
        var isConclusive = false;
        try {
            // Once more, now that no other trial runs: it may have been accepted or refused since.
            var generation = login.forRequest(request.deadline().orElseThrow());
            var response = sendFirst(request, call, generation);
            isConclusive = generation.isProven();
            return response;
        } catch (LoginUnavailable e) {
            isConclusive = true;
            throw e;
        } finally {
            trial.set(null);
            own.complete(isConclusive);
        }
    }

    private BackendResponse sendFirst(BackendRequest request, SessionCall call, LoginGeneration generation)
            throws LoginUnavailable {
        call.signWith(generation);
        var response = next.send(request);
        if (call.isExpired() && !isSettled(generation)) {
            throw new LoginUnavailable(
                    login.refuse(generation, new LoginRefused("The backend refused these credentials.")));
        }
        if (concernsCredentials(response.status())) {
            generation.prove();
            login.accepted();
        }
        return response;
    }

    /** A backend that is broken, busy or elsewhere says nothing about the password. */
    private static boolean concernsCredentials(int status) {
        return status < 300 || (status >= 400 && status < 500 && status != 408 && status != 429);
    }
}
