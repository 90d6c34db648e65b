package io.apikit.ops;

import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.http.Outcome;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.eclipse.jetty.http.HttpStatus;

/** The methods and statuses that have a label of their own; all others share one, whatever is made up. */
final class RequestLabels {
    private static final List<String> METHODS =
            List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "OTHER");

    private static final String UNKNOWN_STATUS = "OTHER";

    /** Javalin's for a client that went away; no standard has it. */
    private static final int CLIENT_WENT_AWAY = 499;

    private static final int[] STATUSES = IntStream.range(100, 600)
            .filter(status -> status == CLIENT_WENT_AWAY || HttpStatus.getCode(status) != null)
            .toArray();

    private static final int[] PLACES = places();

    /** How many pairs of method and status there are. */
    static final int COUNT = METHODS.size() * (STATUSES.length + 1);

    private RequestLabels() {}

    private static int[] places() {
        var places = new int[600];
        Arrays.fill(places, STATUSES.length);
        for (int i = 0; i < STATUSES.length; i++) {
            places[STATUSES[i]] = i;
        }
        return places;
    }

    /** The number of this pair, below {@link #COUNT}. */
    static int index(String method, int status) {
        var known = METHODS.indexOf(method);
        var row = known < 0 ? METHODS.size() - 1 : known;
        return row * (STATUSES.length + 1) + (status > 0 && status < 600 ? PLACES[status] : STATUSES.length);
    }

    /** What the pair of this number is called, in Spring's and Micrometer's words. */
    static Tags tags(int index) {
        var place = index % (STATUSES.length + 1);
        var status = place < STATUSES.length ? STATUSES[place] : 0;
        return Tags.of("method", METHODS.get(index / (STATUSES.length + 1)))
                .and("status", status == 0 ? UNKNOWN_STATUS : String.valueOf(status))
                .and("outcome", Outcome.forStatus(status).name());
    }
}
