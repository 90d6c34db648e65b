package io.apikit.auth;

import io.apikit.BackendError;
import io.apikit.auth.LoginFailure.LoginUnavailable;
import io.apikit.auth.internal.logins.PasswordGuess;
import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import io.apikit.http.Deadline;
import io.apikit.http.Transport;
import io.apikit.internal.util.SingleFlight;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
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

    /** @throws LoginUnavailable if the credentials are refused, now or by the request that was waited for */
    BackendResponse send(BackendRequest request, SessionCall call, LoginGeneration first) throws LoginUnavailable {
        var deadline = request.deadline().orElseThrow();
        var generation = first;
        while (!isSettled(generation)) {
            var own = trials.newRun();
            var run = trials.enter(own);
            if (run == own) {
                return lead(own, request, call);
            }
            if (!LoginFailure.await(trials, run, deadline)) {
                // If the backend failed, the waiters do not wait for each other.
                return sendFirst(request, call);
            }
            generation = login.forRequest(request);
        }
        call.signWith(generation, login, request);
        return next.send(request);
    }

    private BackendResponse lead(SingleFlight.Run<Boolean> own, BackendRequest request, SessionCall call)
            throws LoginUnavailable {
        var isDecided = false;
        try {
            var response = sendFirst(request, call);
            isDecided = isAccepted(call.generation());
            return response;
        } catch (LoginUnavailable e) {
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

    private BackendResponse sendFirst(BackendRequest request, SessionCall call) throws LoginUnavailable {
        var guess = begin(request.deadline().orElseThrow());
        try {
            // Once more, since another trial may have ended meanwhile: it may have been accepted or refused since.
            var generation = login.forRequest(request);
            call.signWith(generation, login, request);
            var response = next.send(request);
            // A request that was carried out must not be sent again under other credentials.
            if (call.isRejected() && !call.isOver(request) && !isSettled(generation)) {
                guess.refused();
                throw new LoginUnavailable(
                        login.refuse(generation, new LoginRefused("The backend refused these credentials.")));
            }
            if (call.isAccepted()) {
                // The greater one stays: a response to an earlier login may come late.
                accepted.accumulateAndGet(generation.number(), Math::max);
                guess.accepted();
                login.entry().accept();
            }
            return response;
        } finally {
            guess.undecided();
        }
    }

    /** Waits until the credentials may be tried, at most until the deadline. Those that are not tried have no session. */
    private PasswordGuess begin(Deadline deadline) throws LoginUnavailable {
        var guess = login.entry().beginGuess();
        try {
            return guess.get(deadline.leftNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            login.entry().drop();
            throw new LoginUnavailable((BackendError) Objects.requireNonNull(e.getCause()));
        } catch (TimeoutException | InterruptedException e) {
            if (!guess.cancel(false)) {
                var unused = guess.thenAccept(PasswordGuess::undecided);
            }
            login.entry().drop();
            throw e instanceof TimeoutException ? LoginFailure.late() : LoginFailure.cancelled();
        }
    }
}
