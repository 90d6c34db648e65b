package io.apikit.auth;

import io.apikit.BackendError;
import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * The settings of a {@link Poll}. Immutable.
 *
 * @param first the pause after the first request
 * @param factor between a pause and the next
 * @param cap the longest pause
 * @param within the total time
 * @param failing whether a response is a failure
 * @param error the error of a failure
 */
record PollPlan(
        Duration first,
        double factor,
        Duration cap,
        Duration within,
        Predicate<BackendResponse> failing,
        Function<BackendResponse, BackendError> error) {
    private static final Duration MIN_PAUSE = Duration.ofMillis(10);
    private static final Duration MAX_PAUSE = Duration.ofDays(1);

    PollPlan {
        between("first", first, MIN_PAUSE, MAX_PAUSE);
        between("cap", cap, MIN_PAUSE, MAX_PAUSE);
        between("within", within, MIN_PAUSE, Duration.ofDays(30));
        if (!(factor >= 1 && factor <= 10)) {
            throw new IllegalArgumentException("growing must be 1 to 10, not " + factor);
        }
        Objects.requireNonNull(failing, "failing");
        Objects.requireNonNull(error, "error");
    }

    static PollPlan of(BackendRequest request) {
        return new PollPlan(
                Duration.ofSeconds(1),
                1.5,
                Duration.ofSeconds(10),
                Duration.ofMinutes(10),
                response -> false,
                response -> failed(request, response));
    }

    PollPlan first(Duration delay) {
        return new PollPlan(delay, factor, cap, within, failing, error);
    }

    PollPlan factor(double growing) {
        return new PollPlan(first, growing, cap, within, failing, error);
    }

    PollPlan cap(Duration longest) {
        return new PollPlan(first, factor, longest, within, failing, error);
    }

    PollPlan within(Duration total) {
        return new PollPlan(first, factor, cap, total, failing, error);
    }

    PollPlan failing(Predicate<BackendResponse> failed) {
        return new PollPlan(first, factor, cap, within, failed, error);
    }

    PollPlan error(Function<BackendResponse, BackendError> made) {
        return new PollPlan(first, factor, cap, within, failing, made);
    }

    /** Returns the pause before request number n + 2. */
    Duration pause(int n) {
        double nanos = first.toNanos() * Math.pow(factor, n);
        return Duration.ofNanos((long) Math.min(nanos, (double) cap.toNanos()));
    }

    /**
     * Whether a response is the last one.
     *
     * @throws BackendError if it is a failure
     */
    boolean isLast(BackendResponse response, Predicate<BackendResponse> done) {
        boolean isError = response.status() >= 400;
        if (test(failing, response, isError)) {
            throw error.apply(response);
        }
        if (test(done, response, isError)) {
            return true;
        }
        if (isError) {
            throw response.toError();
        }
        return false;
    }

    /** A predicate may throw on an error page, which it was not written for. */
    private static boolean test(Predicate<BackendResponse> predicate, BackendResponse response, boolean isError) {
        try {
            return predicate.test(response);
        } catch (RuntimeException e) {
            if (isError) {
                return false;
            }
            throw e;
        }
    }

    private static BackendError failed(BackendRequest request, BackendResponse response) {
        return response.status() >= 400 ? response.toError() : response.toError(request + " says that it failed");
    }

    private static void between(String setting, Duration value, Duration least, Duration most) {
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw new IllegalArgumentException(setting + " must be " + least + " to " + most + ", not " + value);
        }
    }
}
