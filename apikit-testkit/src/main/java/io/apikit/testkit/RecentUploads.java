package io.apikit.testkit;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The last uploads: at most 100, and of those that are large only the last. Thread-safe. */
final class RecentUploads {
    private static final int MOST = 100;
    private static final long MOST_BYTES = 64L * 1024 * 1024;

    private final Deque<Upload> uploads = new ArrayDeque<>();
    private long bytes;

    synchronized void add(Upload upload) {
        uploads.addLast(upload);
        bytes += upload.size();
        while (uploads.size() > MOST || (bytes > MOST_BYTES && uploads.size() > 2)) {
            bytes -= uploads.removeFirst().size();
        }
    }

    synchronized List<Upload> all() {
        return List.copyOf(uploads);
    }
}
