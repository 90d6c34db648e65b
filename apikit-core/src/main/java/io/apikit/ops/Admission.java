package io.apikit.ops;

import java.util.List;
import java.util.stream.Collectors;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;

/** Whether a request is within the limits, and what its answer says of them. Immutable. */
public final class Admission {
    private final List<Count> counts;
    private final List<Count> told;

    private Admission(List<Count> counts) {
        this.counts = counts;
        this.told = counts.stream().filter(Count::isTold).toList();
    }

    static Admission of(List<Count> counts) {
        return new Admission(List.copyOf(counts));
    }

    /** Whether every limit had one left for it. */
    public boolean isGranted() {
        return counts.stream().allMatch(Count::isTaken);
    }

    /** RateLimit-Policy and RateLimit of draft-ietf-httpapi-ratelimit-headers; Retry-After where it is refused. */
    public void addTo(HttpFields.Mutable headers) {
        if (!told.isEmpty()) {
            headers.put(
                    "RateLimit-Policy",
                    told.stream().map(Count::rate).map(Rate::policy).collect(Collectors.joining(", ")));
            headers.put("RateLimit", told.stream().map(Count::left).collect(Collectors.joining(", ")));
        }
        counts.stream()
                .filter(count -> !count.isTaken())
                .mapToLong(Count::seconds)
                .max()
                .ifPresent(seconds -> headers.put(HttpHeader.RETRY_AFTER, seconds));
    }
}
