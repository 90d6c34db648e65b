package io.apikit.http;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How a request may be sent: its total time, its deadline, whether it may be sent twice; null is not said. */
record RequestOptions(
        @Nullable Duration timeout,
        @Nullable Deadline deadline,
        @Nullable Boolean idempotent,
        @Nullable Attachment attachments) {
    static final RequestOptions NONE = new RequestOptions(null, null, null, null);

    RequestOptions timeout(Duration total) {
        if (total.isNegative() || total.isZero()) {
            throw new IllegalArgumentException("timeout of a request must be positive, not " + total);
        }
        return new RequestOptions(total, deadline, idempotent, attachments);
    }

    RequestOptions by(Deadline moment) {
        return new RequestOptions(timeout, moment, idempotent, attachments);
    }

    RequestOptions idempotent(boolean repeatable) {
        return new RequestOptions(timeout, deadline, repeatable, attachments);
    }

    RequestOptions attached(Object value) {
        return new RequestOptions(timeout, deadline, idempotent, new Attachment(value, attachments));
    }

    <T> @Nullable T attachment(Class<T> type) {
        for (var each = attachments; each != null; each = each.next) {
            if (type.isInstance(each.value)) {
                return type.cast(each.value);
            }
        }
        return null;
    }

    /** An object that travels with a request; the latest comes first. There are two of them at most as a rule. */
    record Attachment(Object value, @Nullable Attachment next) {}
}
