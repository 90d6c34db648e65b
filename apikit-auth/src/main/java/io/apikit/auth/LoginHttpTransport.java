package io.apikit.auth;

import io.apikit.BackendError;
import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import io.apikit.http.Deadline;
import io.apikit.http.RetryAfter;
import io.apikit.http.Timing;
import io.apikit.http.internal.client.HttpTransport;
import io.apikit.internal.limits.TokenBucket;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One login's way out, which waits while there have been too many logins of late. It is the first request that counts: a
 * login that asks nobody is never one too many.
 */
final class LoginHttpTransport implements LoginTransport {
    /** Beyond it, those in front are no burst any more: whoever comes then is told so, and takes up no thread. */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);

    /** What one login and all its origins share. */
    private record Start(
            TokenBucket cap, Deadline deadline, Timing timing, AtomicBoolean isMade, AtomicBoolean isRefused) {
        void awaitTurn() {
            if (!isMade.get()) {
                takeTurn();
                isMade.set(true);
            }
        }

        private void takeTurn() {
            var most = most();
            var wait = cap.take(most);
            if (wait.compareTo(most) > 0) {
                isRefused.set(true);
                throw BackendError.of(503, "this service logs in too often")
                        .withHeader("Retry-After", RetryAfter.in(wait));
            }
            if (!wait.isZero()) {
                sleep(wait);
            }
        }

        /** What a login waits for its turn it does not have for itself. */
        private Duration most() {
            var half = deadline.left().dividedBy(2);
            return half.compareTo(LONGEST_WAIT) < 0 ? half : LONGEST_WAIT;
        }

        private void sleep(Duration wait) {
            try {
                timing.sleep(wait);
            } catch (InterruptedException closing) {
                Thread.currentThread().interrupt();
                throw BackendError.of(503, "The login was interrupted.");
            }
        }
    }

    private final LoginTransport next;
    private final Start start;

    LoginHttpTransport(LoginTransport next, TokenBucket cap, Deadline deadline, Timing timing) {
        this(next, new Start(cap, deadline, timing, new AtomicBoolean(), new AtomicBoolean()));
    }

    private LoginHttpTransport(LoginTransport next, Start start) {
        this.next = next;
        this.start = start;
    }

    /** Whether it was one too many. */
    boolean isCapped() {
        return start.isRefused.get();
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

    /** The unsigned way out, for as long as one deadline. */
    record BareTransport(HttpTransport http, Deadline deadline) implements LoginTransport {
        @Override
        public BackendResponse send(BackendRequest request) {
            return http.send(request.by(deadline));
        }

        @Override
        public LoginTransport at(String origin) {
            return new BareTransport(http.at(origin), deadline);
        }

        @Override
        public String origin() {
            return http.origin();
        }
    }
}
