package io.apikit.auth;

import com.github.benmanes.caffeine.cache.Cache;
import io.apikit.BackendError;
import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import io.apikit.http.Transport;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the requests of one session under its login. A login that a response rejects is renewed, once in a call, and the
 * request sent once more, however often the call is retried around it. Thread-safe.
 */
final class AuthenticatingTransport implements Transport {
    private static final Logger log = LoggerFactory.getLogger(AuthenticatingTransport.class);

    private static final AtomicLong COUNT = new AtomicLong();

    private final long number = COUNT.incrementAndGet();
    private final Account account;
    private final CurrentLogin login;
    private final UnverifiedLogin unverified;
    private final DeniedTargets denied;
    private final Transport next;
    private final Fallback fallback;

    private AuthenticatingTransport(
            Account account, CurrentLogin login, DeniedTargets denied, Fallback fallback, Transport next) {
        this.account = account;
        this.login = login;
        this.unverified = new UnverifiedLogin(login, next);
        this.denied = denied;
        this.fallback = fallback;
        this.next = next;
    }

    static AuthenticatingTransport create(
            Account account, CurrentLogin login, DeniedTargets denied, Fallback fallback, Transport next) {
        return new AuthenticatingTransport(account, login, denied, fallback, next);
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
            generation = login.forRequest(request.deadline().orElseThrow());
            if (unverified.isUnverified(generation)) {
                return unverified.send(request, call, generation);
            }
        } catch (CurrentLogin.LoginUnavailable e) {
            return fallback.withoutLogin(account, request).orElseThrow(e::error);
        }
        call.signWith(generation);
        var response = next.send(request);
        return !call.isRejected() || generation.login().isFixed()
                ? response
                : afterRejection(request, call, response, generation);
    }

    private BackendResponse afterRejection(
            BackendRequest request, SessionCall call, BackendResponse rejected, LoginGeneration stale) {
        if (!call.isRenewed()) {
            var replayed = fallback.insteadOfRenewal(account, request, stale);
            if (replayed.isPresent()) {
                return replayed.get();
            }
        }
        return call.isRenewed() || denied.contains(number, request)
                ? last(request, rejected)
                : renewAndReplay(request, call, rejected, stale);
    }

    private BackendResponse renewAndReplay(
            BackendRequest request, SessionCall call, BackendResponse rejected, LoginGeneration stale) {
        stale.reject();
        // If another call has replaced it before, what follows says nothing about a login just renewed.
        var isOurs = login.isCurrent(stale);
        var renewal = login.replacing(stale, request.deadline().orElseThrow());
        if (renewal.isEmpty()) {
            return last(request, rejected);
        }
        call.markRenewed();
        requireReplayable(request);
        call.signWith(renewal.get());
        var replayed = next.send(request);
        if (!call.isRejected()) {
            return replayed;
        }
        if (isOurs) {
            denied.add(number, request);
        }
        return last(request, replayed);
    }

    /** The login is fresh now, for the next call at least. */
    private static void requireReplayable(BackendRequest request) {
        if (!request.isReplayable()) {
            throw BackendError.of(502, "The backend's login had expired, and the request's body cannot be sent again.");
        }
    }

    /**
     * Ends a call that may not renew any more. A 401 or 403 is returned to the caller; anything else means a backend that
     * cannot be worked with.
     */
    private BackendResponse last(BackendRequest request, BackendResponse rejected) {
        log.warn("{} is rejected with {} for good: no further renewal for now.", request, rejected.status());
        var isDenial = rejected.status() == 401 || rejected.status() == 403;
        if (isDenial && !account.ofService()) {
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

    /**
     * Targets (method and path) that were rejected under a login that was just renewed. During the cool-down their
     * rejections cause no renewal. One bounded cache for all sessions of a backend, at most 10,000 targets: a target that
     * is removed too early costs one renewal. Thread-safe.
     */
    static final class DeniedTargets {
        private static final int MAX_TARGETS = 10_000;
        private final Cache<Target, Boolean> targets;

        DeniedTargets(SessionSettings settings) {
            this.targets = settings.bounded(MAX_TARGETS)
                    .expireAfterWrite(settings.coolDown())
                    .build();
        }

        boolean contains(long session, BackendRequest request) {
            return targets.getIfPresent(new Target(session, request.method(), request.path())) != null;
        }

        void add(long session, BackendRequest request) {
            targets.put(new Target(session, request.method(), request.path()), true);
        }

        void clear() {
            targets.invalidateAll();
        }

        /** The number in place of the session: a session that is removed, with its credentials, must not be kept here. */
        private record Target(long session, String method, String path) {}
    }
}
