package io.apikit.auth;

import io.apikit.auth.Authenticator.Verdict;
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
final class FixedLogin {
    private final Logins logins;
    private final Signing signing;
    private final AtomicReference<@Nullable CompletableFuture<Boolean>> trial = new AtomicReference<>();

    FixedLogin(Logins logins, Signing signing) {
        this.logins = logins;
        this.signing = signing;
    }

    BackendResponse send(BackendRequest request, Generation first, Deadline deadline) {
        var generation = first;
        while (!isSettled(generation)) {
            var mine = new CompletableFuture<Boolean>();
            var running = trial.compareAndExchange(null, mine);
            if (running == null) {
                try {
                    // Once more, now that no other trial runs: it may have been accepted or refused since.
                    generation = logins.current(deadline);
                    if (!isSettled(generation)) {
                        return prove(request, generation, deadline);
                    }
                } finally {
                    trial.set(null);
                    mine.complete(true);
                }
            } else {
                Waiting.until(deadline, running);
                generation = logins.current(deadline);
            }
        }
        return signing.send(request, generation);
    }

    /** Where nothing is signed there is nothing the backend could refuse. */
    private static boolean isSettled(Generation generation) {
        return generation.isProven() || generation.login().signature().isEmpty();
    }

    private BackendResponse prove(BackendRequest request, Generation generation, Deadline deadline) {
        var response = signing.send(request, generation);
        if (signing.judge(response, generation, deadline) == Verdict.EXPIRED) {
            throw logins.refuse(generation, new LoginRefused("The backend refused these credentials."));
        }
        // A backend that is broken says nothing of the password.
        if (response.status() < 500) {
            generation.prove();
        }
        return response;
    }
}
