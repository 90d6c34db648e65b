package io.apikit.http;

import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a request may be sent: its total time, the longest silence, its deadline, whether it may be sent twice, and what
 * is attached to it. A component that is null has not been set.
 *
 * @param allowsErrors whether the content of a response of 400 and above may be read
 */
record RequestOptions(
        @Nullable Duration timeout,
        @Nullable Duration idleTimeout,
        @Nullable Deadline deadline,
        @Nullable Boolean idempotent,
        @Nullable Attachment attachments,
        boolean allowsErrors) {
    static final RequestOptions NONE = new RequestOptions(null, null, null, null, null, false);

    /** Those methods of RFC 9110, section 9.2.2, that a request can have. */
    private static final Set<String> IDEMPOTENT_METHODS = Set.of("GET", "HEAD", "PUT", "DELETE");

    RequestOptions timeout(Duration total) {
        if (total.isNegative() || total.isZero()) {
            throw new IllegalArgumentException("timeout of a request must be positive, not " + total);
        }
        return new RequestOptions(total, idleTimeout, deadline, idempotent, attachments, allowsErrors);
    }

    RequestOptions idleTimeout(Duration silence) {
        var checked = OptionChecks.timeout("idleTimeout", silence);
        return new RequestOptions(timeout, checked, deadline, idempotent, attachments, allowsErrors);
    }

    RequestOptions deadline(Deadline moment) {
        return new RequestOptions(timeout, idleTimeout, moment, idempotent, attachments, allowsErrors);
    }

    RequestOptions idempotent(boolean isRepeatable) {
        return new RequestOptions(timeout, idleTimeout, deadline, isRepeatable, attachments, allowsErrors);
    }

    /** Returns what was set, or what the method allows if nothing was. */
    boolean isIdempotent(String method) {
        return idempotent == null ? IDEMPOTENT_METHODS.contains(method) : idempotent;
    }

    /** Returns the same, but for a DELETE of which nothing was set. */
    boolean isRepeatableAfterTimeout(String method) {
        return isIdempotent(method) && (idempotent != null || !method.equals("DELETE"));
    }

    RequestOptions allowErrors() {
        return new RequestOptions(timeout, idleTimeout, deadline, idempotent, attachments, true);
    }

    RequestOptions attached(Object value) {
        return new RequestOptions(
                timeout, idleTimeout, deadline, idempotent, new Attachment(value, attachments), allowsErrors);
    }

    /** Returns the latest attached object of this class; null if there is none. */
    <T> @Nullable T attachment(Class<T> type) {
        for (var each = attachments; each != null; each = each.next) {
            if (type.isInstance(each.value)) {
                return type.cast(each.value);
            }
        }
        return null;
    }

    /** An object that is attached to a request; the latest comes first. Usually there are two of them at most. */
    record Attachment(Object value, @Nullable Attachment next) {}
}
