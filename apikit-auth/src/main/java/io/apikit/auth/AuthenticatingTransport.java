package io.apikit.auth;

import io.apikit.BackendError;
import io.apikit.auth.internal.targets.SessionTargets;
import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import io.apikit.http.Transport;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the requests of one session under its login, and decides what a rejection of the login is evidence of. The counts
 * are those of a call, however often the call is retried around it. Thread-safe.
 *
 * <ul>
 *   <li>At a target that is denied, a rejection is final.
 *   <li>A rejection is late if its login was replaced or accepted since the request was signed. It says nothing: the
 *       request goes out again with the current login, an idempotent one twice at most, any other once.
 *   <li>Any other rejection is evidence against the login. The login is renewed, and the request goes out again.
 *   <li>A rejection under a login that the call has waited for is evidence against the target too. It is final for the
 *       call that started the login. A call that only waited for that login takes part in another renewal, four times at
 *       most: what ended the login may be a second restart of the backend.
 *   <li>A login of another replica, read from the store, may have ended before. A rejection under it says nothing of the
 *       target, is final for nobody, and leads on to the next login.
 *   <li>A response of a request that must not be sent twice, and that perhaps was carried out, goes to the caller. The next
 *       request renews the login.
 * </ul>
 */
final class AuthenticatingTransport implements Transport {
    private static final Logger log = LoggerFactory.getLogger(AuthenticatingTransport.class);

    private final Account account;
    private final CurrentLogin login;
    private final UnverifiedLogin unverified;
    private final SessionTargets targets;
    private final Transport next;
    private final Fallback fallback;

    /** The latest end of a login that no renewal followed at once. */
    private volatile @Nullable LoginEnd latestEnd;

    private AuthenticatingTransport(
            Account account, CurrentLogin login, SessionTargets targets, Fallback fallback, Transport next) {
        this.account = account;
        this.login = login;
        this.unverified = new UnverifiedLogin(login, next);
        this.targets = targets;
        this.fallback = fallback;
        this.next = next;
    }

    static AuthenticatingTransport create(
            Account account, CurrentLogin login, SessionTargets targets, Fallback fallback, Transport next) {
        return new AuthenticatingTransport(account, login, targets, fallback, next);
    }

    /** Returns whether a response has shown that the backend accepts this login, which cannot be renewed. */
    boolean isAccepted(LoginGeneration generation) {
        return unverified.isAccepted(generation);
    }

    @Override
    public BackendResponse send(BackendRequest request) {
        var call = SessionCall.of(request);
        LoginGeneration generation;
        try {
            generation = login.forRequest(request);
            if (unverified.isUnverified(generation)) {
                return unverified.send(request, call, generation);
            }
        } catch (LoginFailure.LoginUnavailable e) {
            return fallback.withoutLogin(account, request).orElseThrow(e::error);
        }
        call.signWith(generation, login, request);
        var response = next.send(request);
        if (call.generation().login().isFixed()) {
            if (call.isRejected()) {
                login.shared().entry().refuseInPart();
            }
            return response;
        }
        if (call.isRejected()) {
            return afterRejection(request, call, response);
        }
        noteAcceptance(request, call);
        return response;
    }

    private void noteAcceptance(BackendRequest request, SessionCall call) {
        if (call.isAccepted()) {
            call.generation().accept(call.round());
            targets.accept(request);
        }
    }

    private BackendResponse afterRejection(BackendRequest request, SessionCall call, BackendResponse rejected) {
        if (!call.isOver(request) && !call.hasRenewed() && call.maySendAgain(request) && request.isReplayable()) {
            var replayed = fallback.insteadOfRenewal(account, request, call.generation());
            if (replayed.isPresent()) {
                return replayed.get();
            }
        }
        var response = rejected;
        while (call.isRejected()) {
            if (call.isOver(request)) {
                return over(request, call, response);
            }
            var another = targets.isDenied(request) ? Optional.<LoginGeneration>empty() : loginAfter(request, call);
            if (another.isEmpty()) {
                return last(request, response);
            }
            requireReplayable(request);
            call.signWith(another.get(), login, request);
            response = next.send(request);
        }
        noteAcceptance(request, call);
        return response;
    }

    /** Returns the login to send a rejected request with once more; empty if the rejection is final. */
    private Optional<LoginGeneration> loginAfter(BackendRequest request, SessionCall call) {
        var rejected = call.generation();
        var isLate = !login.isCurrent(rejected) || rejected.isAcceptedSince(call.round());
        if (isLate && call.mayBeLate() && call.maySendAgain(request)) {
            requireReplayable(request);
            var current = login.afterLateRejection(request);
            call.countLate(current);
            return Optional.of(current);
        }
        if (call.isUnderRenewed() && login.isCurrent(rejected)) {
            targets.reject(request, rejected.number());
        }
        return call.isFinal() || !call.maySendAgain(request) || targets.isDenied(request)
                ? Optional.empty()
                : renewed(request, call, rejected);
    }

    private Optional<LoginGeneration> renewed(BackendRequest request, SessionCall call, LoginGeneration rejected) {
        rejected.reject();
        call.joinRenewal();
        // If another call has replaced it before, what follows says nothing about a login just renewed.
        var isOurs = login.isCurrent(rejected);
        var renewal = login.replacing(rejected, request.deadline().orElseThrow(), call::markLeader);
        renewal.ifPresent(replacement -> call.countRenewal(replacement, isOurs));
        return renewal;
    }

    /** The login is good now, for the next call at least. */
    private static void requireReplayable(BackendRequest request) {
        if (!request.isReplayable()) {
            throw BackendError.of(502, "The backend's login had expired, and the request's body cannot be sent again.");
        }
    }

    /** Ends a call that must not be repeated. The next request renews the login, unless the evidence is late. */
    private BackendResponse over(BackendRequest request, SessionCall call, BackendResponse response) {
        var signed = call.generation();
        if (login.isCurrent(signed) && !signed.isAcceptedSince(call.round())) {
            end(request, signed, isDenial(response));
        }
        if (call.outcome() == SessionCall.Outcome.UNKNOWN) {
            throw BackendError.of(
                    502,
                    "Outcome unknown: the response to the " + request.method()
                            + " is a login page, which does not say whether the request was carried out.");
        }
        return isDenial(response) && account.ofService() ? last(request, response) : response;
    }

    /**
     * A target that ends the next login as well has something against each login. If a response of another target has
     * accepted that login in between, it may have ended since, and only a denial counts. One that was adopted may have ended
     * before, and says nothing.
     */
    private void end(BackendRequest request, LoginGeneration signed, boolean isDenial) {
        var before = latestEnd;
        var isAgain = before != null && before.isJustBefore(request, signed.number());
        if (isAgain && !signed.isAdopted() && (isDenial || signed.round() == 0)) {
            targets.reject(request, signed.number());
        }
        if (!targets.isDenied(request)) {
            latestEnd = new LoginEnd(request.method(), request.path(), signed.number());
            signed.end();
        }
    }

    /** Which target has ended which login. */
    private record LoginEnd(String method, String path, long login) {
        boolean isJustBefore(BackendRequest request, long next) {
            return login == next - 1 && method.equals(request.method()) && path.equals(request.path());
        }
    }

    private static boolean isDenial(BackendResponse response) {
        return response.status() == 401 || response.status() == 403;
    }

    /**
     * Ends a call that may not renew any more. A 401 or 403 is returned to the caller; anything else means a backend that
     * cannot be worked with.
     */
    private BackendResponse last(BackendRequest request, BackendResponse rejected) {
        log.warn("{} is rejected with {} for good: no further renewal for now.", request, rejected.status());
        if (isDenial(rejected) && !account.ofService()) {
            return rejected;
        }
        throw BackendError.of(502, "The backend does not accept its own login: it answered " + rejected.status() + ".");
    }

    /** Where else a request can be sent if the login of its session is no good. */
    interface Fallback {
        /** Of an account that has no other session. */
        Fallback NONE = new Fallback() {
            @Override
            public Optional<BackendResponse> withoutLogin(Account account, BackendRequest request) {
                return Optional.empty();
            }

            @Override
            public Optional<BackendResponse> insteadOfRenewal(
                    Account account, BackendRequest request, LoginGeneration rejected) {
                return Optional.empty();
            }
        };

        /** Sends a request for whose own session there is no login. Empty if there is nowhere to send it. */
        Optional<BackendResponse> withoutLogin(Account account, BackendRequest request);

        /** Sends a request that was rejected under its own session's login. Empty if that login has to be renewed. */
        Optional<BackendResponse> insteadOfRenewal(Account account, BackendRequest request, LoginGeneration rejected);
    }
}
