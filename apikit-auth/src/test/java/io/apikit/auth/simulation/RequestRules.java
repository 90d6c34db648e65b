package io.apikit.auth.simulation;

import io.apikit.auth.Authenticator.Verdict;
import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import io.apikit.internal.util.SingleFlight;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** The rules that a session's requests keep: what they are signed with, and when they wait, renew and are replayed. */
final class RequestRules {
    /** Caffeine takes a value that is written again within a second for written then. */
    private static final Duration CACHE_TOLERANCE = Duration.ofSeconds(1);

    private final Simulation world;
    private final SessionLedger session;
    private final Map<String, Long> denied = new HashMap<>();

    RequestRules(Simulation world, SessionLedger session) {
        this.world = world;
        this.session = session;
    }

    /** A call is about to wait for a login: rule 4 says whether it may. */
    void waits(ModelCall call, SingleFlight.Run<?> flight) {
        session.require(
                session.needsLogin(call) || session.logins().isSettled(flight),
                "rule 4: " + call + " waits though the current login is good");
        world.trace().note("waits for a login", call);
    }

    /** A request is on its way: rules 1, 3, 5 and 6 say whether it may. */
    ModelToken sends(ModelCall call, BackendRequest request) {
        var token = world.identity().token(request.header("X-Token").orElse(""));
        call.sends++;
        call.sendsInAttempt++;
        session.require(
                token != null && token.owner() == session && call.session == session,
                "rule 6: " + call + " is sent with another's " + token);
        var own = Objects.requireNonNull(token);
        session.require(!own.isDeadAt(call.attemptedAtStep), "rule 5: " + call + " is sent with a dead " + own);
        var cookies = request.header("Cookie").orElse("");
        session.require(
                cookies.isEmpty() || cookies.startsWith("roll=" + Secret.cookies(own.number())),
                "rule 6: " + call + " is sent with a cookie of another login");
        if (call.sendsInAttempt > 1) {
            replayed(call, own);
        }
        call.lastToken = own;
        return own;
    }

    private void replayed(ModelCall call, ModelToken token) {
        call.replays++;
        world.trace().note("replayed", call);
        session.require(
                call.replays == 1 && call.sendsInAttempt == 2 && call.lastRejected,
                "rule 3: " + call + " is replayed once more");
        session.require(!call.lastIsDenied, "rule 3: " + call + " renewed though its target is denied");
        session.require(call.request.isReplayable(), "rule 3: " + call + " sends a body twice that it cannot");
        session.require(token != call.lastToken, "rule 1: " + call + " is replayed with the login rejected");
    }

    /** The session has just been told what an answer says of its login. */
    void judged(ModelCall call, BackendResponse response, Verdict verdict) {
        call.lastAnswer = response;
        call.lastAnswered = world.time().now();
        call.lastRejected = verdict == Verdict.EXPIRED;
        if (!call.lastRejected) {
            return;
        }
        if (call.sendsInAttempt == 1) {
            rejected(call, Objects.requireNonNull(call.lastToken));
        } else if (call.lastOfCurrent) {
            world.trace().note("denied", call);
            denied.put(call.target(), world.time().now());
        }
    }

    private void rejected(ModelCall call, ModelToken token) {
        var since = denied.get(call.target());
        var ago = since == null ? Long.MAX_VALUE : world.time().now() - since;
        call.lastMayBeDenied = ago < SimulatedSessions.COOL_DOWN.toNanos();
        call.lastIsDenied =
                ago < SimulatedSessions.COOL_DOWN.minus(CACHE_TOLERANCE).toNanos();
        call.lastOfCurrent = token == session.current();
        if (!call.lastOfCurrent) {
            world.trace().note("late rejection", call);
        }
        if (!call.lastIsDenied && call.replays == 0) {
            token.reject();
        }
    }
}
