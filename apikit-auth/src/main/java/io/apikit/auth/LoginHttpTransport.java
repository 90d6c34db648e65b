package io.apikit.auth;

import io.apikit.BackendError;
import io.apikit.auth.internal.logins.LoginCap;
import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import io.apikit.http.Deadline;
import io.apikit.http.RetryAfter;
import io.apikit.http.Timing;
import io.apikit.http.internal.client.BareTransport;
import io.apikit.internal.util.Durations;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Sends the requests of one login, once the limit on logins lets it. It is asked with the first request: a login that
 * sends none does not count.
 */
final class LoginHttpTransport implements LoginTransport {
    /** Longest time a login waits for its turn. If the queue is longer, it fails at once and blocks no thread. */
    private static final Duration MAX_WAIT = Duration.ofSeconds(5);

    private static final Duration FAR = Duration.ofDays(1);

    /** What one login shares with its transports to other origins. */
    private record Start(
            LoginCap cap, Deadline deadline, Timing timing, AtomicBoolean isMade, AtomicBoolean isRefused) {
        void awaitTurn() {
            if (!isMade.get()) {
                takeTurn();
                isMade.set(true);
            }
        }

        private void takeTurn() {
            var wait = waited();
            if (!wait.isZero()) {
                isRefused.set(true);
                throw BackendError.of(503, "this service logs in too often")
                        .withHeader(RetryAfter.HEADER, RetryAfter.format(wait));
            }
        }

        private Duration waited() {
            try {
                return cap.await(maxWait());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw BackendError.of(503, "The login was interrupted.");
            }
        }

        /** At most half of what is left: the login itself needs time too. */
        private Duration maxWait() {
            return Durations.shorter(deadline.left().dividedBy(2), MAX_WAIT);
        }
    }

    private final LoginTransport next;
    private final Start start;

    LoginHttpTransport(LoginTransport next, LoginCap cap, Deadline deadline, Timing timing) {
        this(next, new Start(cap, deadline, timing, new AtomicBoolean(), new AtomicBoolean()));
    }

    private LoginHttpTransport(LoginTransport next, Start start) {
        this.next = next;
        this.start = start;
    }

    /** Returns whether the login failed because there were too many. */
    boolean isCapped() {
        return start.isRefused.get();
    }

    /**
     * Returns the deadline of a login or of a log-out. A transport of a test has none that is known, and gets one that is far.
     */
    static Deadline deadline(LoginTransport transport) {
        if (transport instanceof Uncapped known) {
            return known.deadline();
        }
        return transport instanceof LoginHttpTransport known
                ? known.start.deadline()
                : Deadline.after(FAR, Timing.system());
    }

    /** Returns the clock of a login. A transport of a test has none that is known, and gets the system's. */
    static Timing timing(LoginTransport transport) {
        return transport instanceof LoginHttpTransport known ? known.start.timing() : Timing.system();
    }

    /** Returns the path of the backend's base URL, without a slash at its end; empty if it is not known. */
    static String prefix(LoginTransport transport) {
        if (transport instanceof LoginHttpTransport known) {
            return prefix(known.next);
        }
        return transport instanceof Uncapped plain ? plain.bare().prefix() : "";
    }

    @Override
    public BackendResponse send(BackendRequest request) {
        start.awaitTurn();
        return next.send(request);
    }

    @Override
    public LoginTransport at(String origin) {
        return new LoginHttpTransport(next.at(origin), start);
    }

    @Override
    public String origin() {
        return next.origin();
    }

    /** Sends requests by one deadline, without the limit on logins. */
    record Uncapped(BareTransport bare, Deadline deadline) implements LoginTransport {
        @Override
        public BackendResponse send(BackendRequest request) {
            return bare.send(request.deadline(deadline));
        }

        @Override
        public LoginTransport at(String origin) {
            return new Uncapped(bare.at(origin), deadline);
        }

        @Override
        public String origin() {
            return bare.origin();
        }
    }
}
