package io.apikit.auth;

import io.apikit.http.BackendRequest;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the transports of a session know of one call besides its request, however often that is sent. It travels with the
 * request. Used by one thread.
 */
final class SessionCall {
    private @Nullable LoginGeneration generation;
    private boolean isRejected;
    private boolean isRenewed;
    private boolean isFallback;

    /** Returns a call that stands in for another one, under another session: it goes on to no third. */
    static SessionCall fallback() {
        var call = new SessionCall();
        call.isFallback = true;
        return call;
    }

    boolean isFallback() {
        return isFallback;
    }

    static SessionCall of(BackendRequest request) {
        return request.attachment(SessionCall.class).orElseThrow();
    }

    /** Sets the login that the next request is signed with. */
    void signWith(LoginGeneration login) {
        generation = login;
        isRejected = false;
    }

    /** Returns the login that the request is to be signed with. */
    LoginGeneration generation() {
        return Objects.requireNonNull(generation, "a request is signed once its login is known");
    }

    /** The last response rejects the login that its request was signed with. */
    void markRejected() {
        isRejected = true;
    }

    boolean isRejected() {
        return isRejected;
    }

    /** The call has renewed the login; it does so once. */
    void markRenewed() {
        isRenewed = true;
    }

    boolean isRenewed() {
        return isRenewed;
    }
}
