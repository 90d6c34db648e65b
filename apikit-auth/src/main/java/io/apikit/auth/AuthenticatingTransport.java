package io.apikit.auth;

import io.apikit.BackendError;
import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import io.apikit.http.Deadline;
import io.apikit.http.Transport;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends one call's requests under the session's login: a rejected login is renewed once and the request sent once more,
 * however often the call is retried around it. One instance a call, on the caller's thread.
 */
final class AuthenticatingTransport implements Transport {
    private static final Logger log = LoggerFactory.getLogger(AuthenticatingTransport.class);

    private final CallerSession session;
    private final SigningTransport signing;
    private boolean renewed;

    AuthenticatingTransport(CallerSession session, SigningTransport signing) {
        this.session = session;
        this.signing = signing;
    }

    @Override
    public BackendResponse send(BackendRequest request) {
        try {
            return sendSigned(request);
        } catch (LoginUnavailable none) {
            return underTheOldPassword(request).orElseThrow(none::error);
        }
    }

    private BackendResponse sendSigned(BackendRequest request) throws LoginUnavailable {
        var deadline = request.deadline().orElseThrow();
        var generation = session.logins().forRequest(deadline);
        if (generation.login().isFixed()) {
            return session.fixedLogin().send(signing, request, generation, deadline);
        }
        var answer = signing.send(request, generation, deadline);
        if (!answer.isExpired()) {
            return answer.response();
        }
        var inherited = session.heir().flatMap(heir -> under(heir, request, generation, deadline));
        if (inherited.isPresent()) {
            return inherited.get();
        }
        return mayRenew(request)
                ? renewAndReplay(request, answer.response(), generation, deadline)
                : last(request, answer.response());
    }

    /** The service's own account has a new password, and that is no good, or not yet: then the old one may still be. */
    private Optional<BackendResponse> underTheOldPassword(BackendRequest request) {
        return session.elder()
                .filter(elder -> request.isReplayable())
                .map(elder -> new AuthenticatingTransport(elder, signing.of(elder.account())).send(request));
    }

    /** Under the changed password of the service's own account, if that can be logged in with by now. */
    private Optional<BackendResponse> under(
            CallerSession heir, BackendRequest request, LoginGeneration ended, Deadline deadline) {
        if (renewed || !request.isReplayable()) {
            return Optional.empty();
        }
        try {
            heir.logins().current(deadline);
        } catch (BackendError notYet) {
            return Optional.empty();
        }
        ended.reject();
        var replaying = new AuthenticatingTransport(heir, signing.of(heir.account()));
        replaying.renewed = true;
        return Optional.of(replaying.send(request));
    }

    private boolean mayRenew(BackendRequest request) {
        return !renewed && !session.isDenied(request);
    }

    private BackendResponse renewAndReplay(
            BackendRequest request, BackendResponse rejected, LoginGeneration stale, Deadline deadline) {
        stale.reject();
        // If somebody else has replaced it before, what follows says nothing of a login just renewed.
        var isOurs = session.logins().isCurrent(stale);
        var renewal = session.logins().replacing(stale, deadline);
        if (renewal.isEmpty()) {
            return last(request, rejected);
        }
        renewed = true;
        requireReplayable(request);
        var replayed = signing.send(request, renewal.get(), deadline);
        if (!replayed.isExpired()) {
            return replayed.response();
        }
        if (isOurs) {
            session.deny(request);
        }
        return last(request, replayed.response());
    }

    /** The login is fresh now, for the next call at least. */
    private static void requireReplayable(BackendRequest request) {
        if (!request.isReplayable()) {
            throw BackendError.of(502, "The backend's login had expired, and the request's body cannot be sent again.");
        }
    }

    /** No more renewals: a 401 or 403 is the caller's to see, anything else a backend that cannot be worked with. */
    private BackendResponse last(BackendRequest request, BackendResponse rejected) {
        log.warn("{} is rejected with {} for good: no further renewal for now.", request, rejected.status());
        var isDenial = rejected.status() == 401 || rejected.status() == 403;
        if (isDenial && !session.account().ofService()) {
            return rejected;
        }
        throw BackendError.of(502, "The backend does not accept its own login: it answered " + rejected.status() + ".");
    }
}
