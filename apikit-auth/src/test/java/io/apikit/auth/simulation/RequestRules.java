package io.apikit.auth.simulation;

import io.apikit.auth.Authenticator.Verdict;
import io.apikit.auth.Login;
import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import io.apikit.internal.util.SingleFlight;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The rules that a session's requests keep: what they are signed with, and when they wait, renew and are replayed. */
final class RequestRules {
    /** As long as a request waits for a renewal ahead of time: the session's own limit. */
    private static final long AHEAD = Duration.ofSeconds(2).toNanos();

    private static final int MOST_LATE = 2;
    private static final int MOST_RENEWALS = 4;

    private final Simulation world;
    private final SessionLedger session;
    private final TargetRule targets = new TargetRule();
    private @Nullable ModelToken lastEnded;
    private String lastEndedAt = "";

    RequestRules(Simulation world, SessionLedger session) {
        this.world = world;
        this.session = session;
    }

    /** A call is about to wait for a login: rule 4 says whether it may. */
    void waits(ModelCall call, SingleFlight.Run<?> flight, long mostNanos) {
        var isAhead = mostNanos <= AHEAD && (session.hadMargin() || !call.request.isReplayable());
        session.require(
                isAhead || session.needsLogin(call) || session.logins().isSettled(flight),
                "rule 4: " + call + " waits though the current login is good");
        world.trace().note(session.needsLogin(call) ? "waits for a login" : "waits for a renewal ahead", call);
    }

    /** A login was started by a call. After a late rejection, only a login that is past its end is a reason. */
    void leads(ModelCall call) {
        session.require(
                call.next != ModelCall.Next.SEND_AGAIN || session.isAtAnEnd(),
                "rule 3: " + call + " renews though its rejection is late");
        call.leads = call.next == ModelCall.Next.RENEW;
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
        session.require(
                !own.isEndedAt(call.attemptedAtStep) || mayBeCapped(call, own),
                "rule 3: " + call + " is sent with an ended " + own);
        var cookies = request.header("Cookie").orElse("");
        session.require(
                cookies.isEmpty() || cookies.startsWith("roll=" + Secret.cookies(own.number())),
                "rule 6: " + call + " is sent with a cookie of another login");
        if (call.sendsInAttempt > 1) {
            replayed(call, own);
        }
        call.lastToken = own;
        call.signedIn = own.round();
        return own;
    }

    private void replayed(ModelCall call, ModelToken token) {
        call.replays++;
        var last = Objects.requireNonNull(call.lastToken);
        world.trace().note("replayed", call);
        session.require(call.request.isReplayable(), "rule 3: " + call + " sends a body twice that it cannot");
        switch (call.next) {
            case END -> session.require(false, "rule 3: " + call + " is sent again after a final rejection");
            case SEND_AGAIN ->
                session.require(token.number() >= last.number(), "rule 1: " + call + " goes back to an older login");
            case RENEW -> {
                session.require(token != last, "rule 1: " + call + " is replayed with the login rejected");
                call.renewals++;
                call.renewed = call.lastOfCurrent ? token : null;
            }
        }
    }

    /** The session has just been told what an answer says of its login; it decides at once. */
    void judged(ModelCall call, BackendResponse response, Verdict verdict) {
        call.lastAnswer = response;
        call.lastAnswered = world.time().now();
        call.lastRejected = verdict == Verdict.EXPIRED;
        call.carriedOut = call.lastRejected && call.isOverWith(response.status());
        if (call.carriedOut) {
            carriedOut(call, Objects.requireNonNull(call.lastToken));
            return;
        }
        call.next =
                call.lastRejected ? afterRejection(call, Objects.requireNonNull(call.lastToken)) : ModelCall.Next.END;
        if (call.next == ModelCall.Next.RENEW) {
            Objects.requireNonNull(call.lastToken).reject();
            call.leads = false;
        }
    }

    /** It is not sent again, and the next request renews the login, unless the evidence is late or is the target's. */
    private void carriedOut(ModelCall call, ModelToken token) {
        world.trace().note("carried out though the login is over", call);
        call.next = ModelCall.Next.END;
        call.lastOfCurrent = token == session.current();
        if (isLate(call, token)) {
            return;
        }
        var now = world.time().now();
        var isAgain = lastEnded != null && lastEnded == session.previous() && lastEndedAt.equals(call.target());
        if (isAgain && token.round() == 0) {
            targets.rejected(call.target(), token.number(), now);
        }
        if (!targets.isDenied(call.target(), now)) {
            lastEnded = token;
            lastEndedAt = call.target();
            token.ends(world.baton().steps());
        }
    }

    /** The cap may have been reached before the call began: the leader of the run that it joined asked earlier. */
    private boolean mayBeCapped(ModelCall call, ModelToken token) {
        return session.logins().cap().mayHaveBeenEmpty(call.leadBegun)
                || session.hadShortLife()
                || token.isShorterThan(Duration.ofSeconds(1));
    }

    private ModelCall.Next afterRejection(ModelCall call, ModelToken token) {
        var now = world.time().now();
        call.lastOfCurrent = token == session.current();
        if (targets.isDenied(call.target(), now)) {
            world.trace().note("rejected where it is denied", call);
            return ModelCall.Next.END;
        }
        if (isLate(call, token) && call.late < MOST_LATE && call.maySendAgain()) {
            call.late++;
            return ModelCall.Next.SEND_AGAIN;
        }
        var isRenewed = call.renewed == token;
        if (isRenewed && call.lastOfCurrent && targets.rejected(call.target(), token.number(), now)) {
            world.trace().note("denied", call);
            return ModelCall.Next.END;
        }
        var isFinal = (isRenewed && call.leads) || call.renewals == MOST_RENEWALS;
        return isFinal || !call.maySendAgain() ? ModelCall.Next.END : ModelCall.Next.RENEW;
    }

    /** The login was replaced, or was accepted since by a response to a request that was signed no earlier. */
    private boolean isLate(ModelCall call, ModelToken token) {
        if (!call.lastOfCurrent) {
            world.trace().note("late rejection", call);
            return true;
        }
        if (token.round() != call.signedIn) {
            world.trace().note("rejection of a login accepted since", call);
            return true;
        }
        return false;
    }

    /** An answer is no rejection. If it is about the login at all, it shows that the backend accepts that. */
    void judgedGood(ModelCall call, BackendResponse response, Login current) {
        var token = Objects.requireNonNull(call.lastToken);
        // If another cookie has come first, the session asks once more.
        var isTaken = response.header("X-Rolled").isEmpty() || session.isSignedBy(token, current);
        if (isTaken && (response.status() == 200 || response.status() == 403)) {
            token.accepted(call.signedIn);
            targets.accepted(call.target());
        }
    }
}
