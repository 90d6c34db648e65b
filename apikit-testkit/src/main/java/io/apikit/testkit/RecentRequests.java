package io.apikit.testkit;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The last requests: at most 1,000, and of those that are large only the last. Its {@link Traffic}'s lock guards it. */
final class RecentRequests {
    private static final int MOST = 1_000;
    private static final long MOST_BYTES = 64L * 1024 * 1024;

    private final Deque<ReceivedRequest> requests = new ArrayDeque<>();
    private long bytes;
    private int count;

    void add(ReceivedRequest request) {
        requests.addLast(request);
        count++;
        bytes += request.size();
        while (requests.size() > MOST || (bytes > MOST_BYTES && requests.size() > 2)) {
            bytes -= requests.removeFirst().size();
        }
    }

    List<ReceivedRequest> all() {
        return List.copyOf(requests);
    }

    /** Counted from 1. */
    ReceivedRequest numbered(int number) {
        int position = number - 1 - (count - requests.size());
        if (position < 0) {
            throw new IllegalStateException("request " + number + " of " + count + " is forgotten");
        }
        return all().get(position);
    }

    /** Forgotten ones included. */
    int count() {
        return count;
    }
}
