package io.apikit.auth;

import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import io.apikit.http.Deadline;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Calls under a login that nothing can renew. Until the backend has accepted it once, one request at a time tries it:
 * a wrong password meets the backend once, however many requests bring it.
 */
final class UnverifiedLogin {
    private final CurrentLogin logins;
    private final AtomicReference<@Nullable CompletableFuture<Boolean>> trial = new AtomicReference<>();

    UnverifiedLogin(CurrentLogin logins) {
        this.logins = logins;
    }

    /** @throws LoginUnavailable if the credentials are refused, now or by the request that was waited for */
    BackendResponse send(SigningTransport signing, BackendRequest request, LoginGeneration first, Deadline deadline)
            throws LoginUnavailable {
        var generation = first;
        while (!isSettled(generation)) {
            var mine = new CompletableFuture<Boolean>();
            var running = trial.compareAndExchange(null, mine);
            if (running == null) {
                return lead(mine, signing, request, deadline);
            }
            var isTold = LoginFlight.FlightWait.until(deadline, running);
            generation = logins.forRequest(deadline);
            if (!isTold) {
                return prove(signing, request, generation, deadline);
            }
        }
        return signing.send(request, generation, deadline).response();
    }

    /** Those who wait learn whether it told anything; of a backend that is broken they need not wait for each other. */
    private BackendResponse lead(
            CompletableFuture<Boolean> mine, SigningTransport signing, BackendRequest request, Deadline deadline)
            throws LoginUnavailable {
        var isTold = false;
        try {
            // Once more, now that no other trial runs: it may have been accepted or refused since.
            var generation = logins.forRequest(deadline);
            var response = prove(signing, request, generation, deadline);
            isTold = generation.isProven();
            return response;
        } catch (LoginUnavailable refused) {
            isTold = true;
            throw refused;
        } finally {
            trial.set(null);
            mine.complete(isTold);
        }
    }

    /** Where nothing is signed there is nothing the backend could refuse. */
    private static boolean isSettled(LoginGeneration generation) {
        return generation.isProven() || generation.login().signature().isEmpty();
    }

    private BackendResponse prove(
            SigningTransport signing, BackendRequest request, LoginGeneration generation, Deadline deadline)
            throws LoginUnavailable {
        var answer = signing.send(request, generation, deadline);
        if (answer.isExpired() && !isSettled(generation)) {
            throw new LoginUnavailable(
                    logins.refuse(generation, new LoginRefused("The backend refused these credentials.")));
        }
        if (speaksOfCredentials(answer.response().status())) {
            generation.prove();
            logins.accepted();
        }
        return answer.response();
    }

    /** A backend that is broken, busy or elsewhere says nothing of the password. */
    private static boolean speaksOfCredentials(int status) {
        return status < 300 || (status >= 400 && status < 500 && status != 408 && status != 429);
    }
}
