package io.apikit.auth;

import io.apikit.BackendError;
import io.apikit.auth.internal.logins.UseCount;
import io.apikit.http.BackendRequest;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the transports of a session know of one call besides its request, however often that is sent. It travels with the
 * request. Used by one thread.
 *
 * <p>A call keeps its session and its login from being logged out, until it is closed: once the response has been read,
 * or passed on.
 */
final class SessionCall implements AutoCloseable {
    /** As often an idempotent request is sent again after late rejections. */
    private static final int MOST_LATE = 2;

    /**
     * In as many renewals a call takes part. Four logins that end one after another, each before the call meets the backend
     * again, are a service that restarts under load. The session's limit on renewals is 5 in a burst.
     */
    private static final int MOST_RENEWALS = 4;

    /** As many logins of other replicas a call is sent with, in place of rejected ones. */
    private static final int MOST_ADOPTED = 4;

    private @Nullable LoginGeneration generation;
    private long round;
    private @Nullable BackendRequest withCookies;
    private Judgement judgement = Judgement.NONE;
    private Outcome outcome = Outcome.NOT_CARRIED_OUT;
    private @Nullable LoginGeneration renewed;
    private boolean isLeader;
    private int renewals;
    private int adopted;
    private int late;
    private boolean isFallback;
    private boolean isLast;
    private boolean isToBeSignedAgain;
    private boolean wasSignedAgain;
    private UseCount sessionUse = UseCount.NONE;
    private UseCount loginUse = UseCount.NONE;
    private @Nullable SessionCall standIn;

    /** What the last response says of the login that its request was signed with. */
    private enum Judgement {
        NONE,
        ACCEPTED,
        REJECTED
    }

    /** What a response that rejects the login says of its request. */
    enum Outcome {
        /** It was stopped for its login. */
        NOT_CARRIED_OUT,
        /** It was carried out, or the response is the backend's own. */
        CARRIED_OUT,
        /** Nothing. */
        UNKNOWN
    }

    /** Begins a call of this session. Returns false if the session has ended: then the call needs another one. */
    boolean enter(CallerSession session) {
        if (!session.calls().enter()) {
            return false;
        }
        sessionUse = session.calls();
        return true;
    }

    /**
     * Returns a call that stands in for this one, under another session: it goes on to no third.
     *
     * @return empty if that session has ended
     */
    Optional<SessionCall> fallback(CallerSession session) {
        var call = new SessionCall();
        call.isFallback = true;
        if (!call.enter(session)) {
            return Optional.empty();
        }
        if (standIn != null) {
            standIn.close();
        }
        standIn = call;
        return Optional.of(call);
    }

    /** The request was rejected under its own session: a further rejection is final, unless it is of an adopted login. */
    SessionCall last() {
        isLast = true;
        return this;
    }

    /** Ends the call: nothing of its response is on its way any more. */
    @Override
    public void close() {
        if (standIn != null) {
            standIn.close();
        }
        loginUse.leave();
        loginUse = UseCount.NONE;
        sessionUse.leave();
        sessionUse = UseCount.NONE;
    }

    boolean isFallback() {
        return isFallback;
    }

    static SessionCall of(BackendRequest request) {
        return request.attachment(SessionCall.class).orElseThrow();
    }

    /**
     * Sets the login that the request is signed with next: this one, or the one that has replaced it by now.
     *
     * @throws BackendError 503 if it is the last one: the backend has been closed
     */
    void signWith(LoginGeneration chosen, CurrentLogin login, BackendRequest request) {
        var next = chosen;
        while (!enter(next)) {
            if (login.isCurrent(next)) {
                throw BackendError.of(503, "The backend is closed.");
            }
            next = login.currentOrNew(request.deadline().orElseThrow());
        }
        if (renewed == chosen) {
            renewed = next; // What it says of a target, the one after it says as well.
        }
        generation = next;
        round = next.round();
        sendAgain();
    }

    /** Keeps a login from being logged out, in place of the one before. Returns false if it may be logged out by now. */
    private boolean enter(LoginGeneration next) {
        if (next.uses() == loginUse) {
            return true;
        }
        if (!next.uses().enter()) {
            return false;
        }
        loginUse.leave();
        loginUse = next.uses();
        return true;
    }

    /** Sets the request with the backend's own cookies, as it is sent next. */
    void sendWith(BackendRequest cookies) {
        withCookies = cookies;
    }

    /** Returns the request as it is sent next: with the backend's own cookies, if the session keeps some. */
    BackendRequest withCookies(BackendRequest request) {
        return withCookies == null ? request : withCookies;
    }

    /** The request is sent again under the same login: its last response says nothing. */
    void sendAgain() {
        judgement = Judgement.NONE;
        outcome = Outcome.NOT_CARRIED_OUT;
    }

    /** Returns the login that the request is to be signed with. */
    LoginGeneration generation() {
        return Objects.requireNonNull(generation, "a request is signed once its login is known");
    }

    /** Returns the round of that login in which it was chosen. */
    long round() {
        return round;
    }

    /**
     * The last response, with this status, rejects the login that its request was signed with. A 200 may be a sign-in
     * page. Each other success says that the request was carried out, or will be (RFC 9110, section 15.3).
     */
    void markRejected(int status) {
        judgement = Judgement.REJECTED;
        if (status > 200 && status < 300) {
            outcome = Outcome.CARRIED_OUT;
        }
    }

    /** The mode knows more of the request than that its login was rejected. */
    void setOutcome(Outcome known) {
        outcome = known;
    }

    /** Returns what the last response says of its request. */
    Outcome outcome() {
        return outcome;
    }

    /** Returns whether the last response is the end of a call that must not be repeated. Its login is over all the same. */
    boolean isOver(BackendRequest request) {
        return outcome != Outcome.NOT_CARRIED_OUT && !(request.isIdempotent() && request.isReplayable());
    }

    /** Returns whether the request may be sent once more with a changed signature, under the same login. */
    boolean mayBeSignedAgain() {
        return !wasSignedAgain;
    }

    /** The signature was refused, not the login, and nothing was carried out. */
    void signAgain() {
        isToBeSignedAgain = true;
    }

    boolean isToBeSignedAgain() {
        return isToBeSignedAgain;
    }

    void beginSignedAgain() {
        isToBeSignedAgain = false;
        wasSignedAgain = true;
    }

    boolean isRejected() {
        return judgement == Judgement.REJECTED;
    }

    /** The last response shows that the backend accepts the login that its request was signed with. */
    void markAccepted() {
        judgement = Judgement.ACCEPTED;
    }

    boolean isAccepted() {
        return judgement == Judgement.ACCEPTED;
    }

    /**
     * Returns whether the request may be sent again. One that is not idempotent is sent twice in all, besides the times that
     * a login of another replica has stopped it.
     */
    boolean maySendAgain(BackendRequest request) {
        return (!isLast || generation().isAdopted()) && (request.isIdempotent() || late + renewals == 0);
    }

    /** Returns whether one more rejection may be taken for a late one. */
    boolean mayBeLate() {
        return late < MOST_LATE;
    }

    /** @param current what the request is sent with next */
    void countLate(LoginGeneration current) {
        if (!isAdoptedAnew(current)) {
            late++;
        }
    }

    /** The call takes part in a renewal from now on. */
    void joinRenewal() {
        isLeader = false;
    }

    /** The call has started the login that is to replace the rejected one. Others may wait for it as well. */
    void markLeader() {
        isLeader = true;
    }

    /**
     * A rejected login was replaced.
     *
     * @param replacement what replaced it
     * @param isAwaited whether the call has waited for that; false if it was there already
     */
    void countRenewal(LoginGeneration replacement, boolean isAwaited) {
        if (!isAdoptedAnew(replacement)) {
            renewals++;
        }
        renewed = isAwaited ? replacement : null;
    }

    /** One that is adopted may have ended long before: it leads on to a login, however often that may be replaced. */
    private boolean isAdoptedAnew(LoginGeneration next) {
        return next.isAdopted() && next != generation && adopted++ < MOST_ADOPTED;
    }

    boolean hasRenewed() {
        return isLast || renewals + adopted > 0;
    }

    /** Returns whether the login that the request was signed with is just made: this call has waited for it. */
    boolean isUnderRenewed() {
        return renewed != null && renewed == generation && !renewed.isAdopted();
    }

    /** Returns whether a rejection under a login that the call has waited for is final. */
    boolean isFinal() {
        return (isUnderRenewed() && isLeader) || renewals >= MOST_RENEWALS;
    }
}
