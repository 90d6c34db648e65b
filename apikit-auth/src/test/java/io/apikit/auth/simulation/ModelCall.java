package io.apikit.auth.simulation;

import io.apikit.BackendError;
import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import org.jspecify.annotations.Nullable;

/** What one call has been through, noted while it runs and judged when it ends. */
final class ModelCall {
    enum Next {
        /** It is over. */
        END,
        /** Once more with the current login, which is not renewed for that. */
        SEND_AGAIN,
        /** Once more with another login, if the cap allows one. */
        RENEW
    }

    final long number;
    final ModelAccount account;
    final BackendRequest request;
    final long begun;
    final long deadline;
    /** When the first of all calls under way began: one that waits is told what its leader knew. */
    final long leadBegun;

    @Nullable
    SessionLedger session;

    /** When it last joined a login's flight, its own or another's. */
    long joined;

    int attempts;
    int sends;
    int sendsInAttempt;
    int replays;
    int late;
    int renewals;
    long signedIn;
    boolean leads;

    /** The login that it has waited for, unless that was there already. */
    @Nullable
    ModelToken renewed;

    /** What has to follow the last response. */
    Next next = Next.END;

    boolean lastOfCurrent;
    long attemptedAtStep;
    boolean cancelled;
    boolean lastRejected;

    /** Whether the last response is its own, although the login is over: it must not be sent again. */
    boolean carriedOut;

    long lastAnswered;

    @Nullable
    ModelToken lastToken;

    @Nullable
    BackendResponse lastAnswer;

    @Nullable
    BackendError wireFault;

    ModelCall(long number, ModelAccount account, BackendRequest request, long begun, long deadline, long leadBegun) {
        this.number = number;
        this.account = account;
        this.request = request;
        this.begun = begun;
        this.deadline = deadline;
        this.leadBegun = leadBegun;
    }

    /** The pipeline calls the renewing step once an attempt. */
    void attempted(long step) {
        attemptedAtStep = step;
        attempts++;
        sendsInAttempt = 0;
        lastRejected = false;
        carriedOut = false;
        next = Next.END;
    }

    /** A request that is not idempotent is sent twice in all. */
    boolean maySendAgain() {
        return request.isIdempotent() || late + renewals == 0;
    }

    /** Whether a response of this status is the last one for it, whatever it says of the login. */
    boolean isOverWith(int status) {
        return status == 201 && !(request.isIdempotent() && request.isReplayable());
    }

    String target() {
        return request.method() + ' ' + request.path();
    }

    @Override
    public String toString() {
        return "call " + number + " of " + account + ' ' + target();
    }
}
