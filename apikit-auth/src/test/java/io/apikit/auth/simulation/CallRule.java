package io.apikit.auth.simulation;

import io.apikit.BackendError;
import io.apikit.http.BackendResponse;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/** Rules 2, 3, 5 and 7 at the end of a call: what it was told has a cause, and is told in the words of that cause. */
final class CallRule {
    private static final int ATTEMPTS = 3;
    private static final int LATEST = 100;

    /** Two after late rejections, and four after renewals. */
    private static final int MOST_REPLAYS = 6;

    private final Simulation world;
    private final SecretWatch secrets;
    private final Deque<BackendError> latest = new ArrayDeque<>();

    CallRule(Simulation world, SecretWatch secrets) {
        this.world = world;
        this.secrets = secrets;
    }

    void answered(ModelCall call, BackendResponse response) {
        world.trace().note("answered " + response.status(), call);
        sentAtMost(call);
        require(
                call.lastAnswer != null && response.text().equals(call.lastAnswer.text()),
                call,
                "is answered what its last request was not");
        if (response.isSuccess()) {
            require(response.text().equals(call.account.user().name()), call, "is answered what is another's");
        } else {
            secrets.inspect(response.toError());
            secrets.inspect(response);
        }
        if (call.lastRejected) {
            require(
                    call.carriedOut || (response.status() == 401 && !call.account.isOfService()),
                    call,
                    "is told the login's end");
            mayGiveUp(call);
        }
    }

    void failed(ModelCall call, BackendError error) {
        world.trace().note("failed " + error.statusCode(), call);
        sentAtMost(call);
        secrets.inspect(error);
        require(isItsOwn(error), call, "shares its error with another: " + error);
        require(hasCause(call, error), call, "is told what has no cause: " + error);
    }

    /** Exceptions are mutable. */
    private boolean isItsOwn(BackendError error) {
        var isNew = latest.stream().noneMatch(other -> other == error);
        latest.addLast(error);
        if (latest.size() > LATEST) {
            latest.removeFirst();
        }
        return isNew;
    }

    private boolean hasCause(ModelCall call, BackendError error) {
        var said = error.content().orElse("");
        return switch (error.statusCode() + " " + said) {
            case "504 The login to the backend did not end in time." -> isLate(call);
            case "503 The request was cancelled while it waited for a login." -> call.cancelled;
            case "503 The login is renewed too often." -> mayBeCapped(call, call.begun);
            case "503 No login can be started now." -> session(call).logins().hadNoThreadSince(call.leadBegun);
            case "502 The wire broke." -> error == call.wireFault;
            case "502 The backend's login had expired, and the request's body cannot be sent again." ->
                !call.request.isReplayable() && call.lastRejected && call.sends == 1;
            case "502 The backend does not accept its own login: it answered 201.",
                    "502 The backend does not accept its own login: it answered 302.",
                    "502 The backend does not accept its own login: it answered 401." -> isFinalRejection(call, said);
            default -> isOfALogin(call, error, said);
        };
    }

    private boolean isFinalRejection(ModelCall call, String said) {
        mayGiveUp(call);
        return call.lastRejected
                && call.lastAnswer != null
                && said.contains("answered " + call.lastAnswer.status())
                && !call.carriedOut
                && (call.lastAnswer.status() != 401 || call.account.isOfService());
    }

    /** A login of these credentials ended so, and is remembered; or did while the call was under way. */
    private boolean isOfALogin(ModelCall call, BackendError error, String said) {
        return call.account.failures().stream()
                .filter(run -> said.contains(run.told) && run.mayBeToldSince(call.leadBegun) && isToBeTold(run, call))
                .anyMatch(run -> error.statusCode() == status(run, call) && isChallenged(run, error));
    }

    /** What failed ahead of time is nobody's concern while the login at hand is good; another session's is told anyway. */
    private boolean isToBeTold(LoginRun run, ModelCall call) {
        var kept = run.replaces;
        return run.session != call.session
                || kept == null
                || kept.isRejected()
                || kept.isOver(world.time().now());
    }

    private static int status(LoginRun run, ModelCall call) {
        return run.isRefusal() && call.account.isOfService() ? 502 : run.toldStatus;
    }

    private static boolean isChallenged(LoginRun run, BackendError error) {
        return error.statusCode() != 401
                || (run.isRefusal()
                        && ModelAccount.CHALLENGE.equals(error.headers().get("WWW-Authenticate")));
    }

    /** A rejection is final by rule 3, or where the cap is reached. */
    private void mayGiveUp(ModelCall call) {
        // The cap may have been reached before its last response: the leader of the run that it joined asked earlier.
        var isCapped = call.next == ModelCall.Next.RENEW && mayBeCapped(call, call.leadBegun);
        require(call.next == ModelCall.Next.END || isCapped, call, "gives up though it may go on: " + call.next);
    }

    private boolean mayBeCapped(ModelCall call, long since) {
        var token = call.lastToken;
        return session(call).logins().cap().mayHaveBeenEmpty(since)
                || session(call).hadShortLife()
                || (token != null && token.isShorterThan(Duration.ofSeconds(1)));
    }

    private boolean isLate(ModelCall call) {
        return world.time().now() >= call.deadline;
    }

    private void sentAtMost(ModelCall call) {
        var isRepeatable = call.request.isIdempotent() && call.request.isReplayable();
        require(call.attempts <= (isRepeatable ? ATTEMPTS : 1), call, "is tried " + call.attempts + " times");
        var replays = call.request.isIdempotent() ? MOST_REPLAYS : 1;
        require(call.sends <= call.attempts + replays, call, "is sent " + call.sends + " times");
        require(call.request.isReplayable() || call.sends <= 1, call, "is sent twice, body and all");
    }

    private static SessionLedger session(ModelCall call) {
        return java.util.Objects.requireNonNull(call.session);
    }

    private void require(boolean holds, ModelCall call, String broken) {
        world.baton().require(holds, () -> call + " " + broken);
    }
}
