package io.apikit.auth.internal.browser;

import io.apikit.BackendError;
import io.apikit.http.BackendResponse;
import io.apikit.http.RetryAfter;

/** The errors of a login that is broken. A login that is refused is no such error. */
public final class LoginPageErrors {
    private static final int MAX_RETRY_AFTER_LENGTH = 40;

    private LoginPageErrors() {}

    /** Returns a 502 with this text. */
    public static BackendError broken(String what) {
        return BackendError.of(502, "login: " + what);
    }

    /** Returns a 504 for a page whose reading did not end before the deadline. */
    static BackendError late(Address where) {
        return BackendError.of(504, "login: the time ended while the page at " + where + " was read");
    }

    /**
     * Returns the error for a server that is down or overloaded. Its 503 and 504 are kept, its 429 becomes a 503, any
     * other status a 502. A 503 keeps the server's {@code Retry-After}.
     */
    public static BackendError unavailable(Address where, BackendResponse response) {
        var status = switch (response.status()) {
            case 429, 503 -> 503;
            case 504 -> 504;
            default -> 502;
        };
        var error =
                BackendError.of(status, "login: unavailable: " + where + " answered " + response.status());
        return response.header(RetryAfter.HEADER)
                .or(() -> response.retryAfter().map(RetryAfter::format))
                .filter(after -> status == 503 && after.length() <= MAX_RETRY_AFTER_LENGTH)
                .map(after -> error.withHeader(RetryAfter.HEADER, after))
                .orElse(error);
    }

    /** Whether the status is one of a server that is down or overloaded: 429, or 500 and above. */
    public static boolean isUnavailable(BackendResponse response) {
        return response.status() >= 500 || response.status() == 429;
    }
}
