package io.apikit.auth.internal.secrets;

import io.apikit.http.BackendRequest;
import io.apikit.http.RequestBody;
import io.javalin.http.Context;
import java.util.ArrayList;
import java.util.List;

/**
 * The requests that one request of a caller has led to: a backend may quote in one response what it was sent by an
 * earlier one. Kept with the caller's request, and no longer. Thread-safe.
 */
public final class SentRequests {
    private static final String ATTRIBUTE = SentRequests.class.getName();

    /** More of them are not kept. A poll that repeats one request counts once. */
    private static final int MOST = 64;

    /** Longer bodies are not compared, so they are not kept either: a handler may send many. */
    private static final long MOST_BYTES = RequestTexts.MOST_CHARACTERS;

    private final List<BackendRequest> requests = new ArrayList<>();
    private boolean isWhole = true;
    private long bytes;

    private SentRequests() {}

    /** Returns those of a caller's request. */
    public static SentRequests of(Context ctx) {
        var known = ctx.<SentRequests>attribute(ATTRIBUTE);
        if (known != null) {
            return known;
        }
        var first = new SentRequests();
        ctx.attribute(ATTRIBUTE, first);
        return first;
    }

    /** Adds a request, before it gets the headers of a login. */
    public synchronized void add(BackendRequest request) {
        if (!requests.isEmpty() && isRepeated(requests.get(requests.size() - 1), request)) {
            return;
        }
        bytes += request.body().map(RequestBody::length).orElse(0L);
        isWhole &= requests.size() < MOST && bytes <= MOST_BYTES;
        if (isWhole) {
            requests.add(request);
        } else {
            requests.clear();
        }
    }

    private static boolean isRepeated(BackendRequest last, BackendRequest request) {
        return last.target().equals(request.target())
                && last.body().equals(request.body())
                && fields(last).equals(fields(request));
    }

    private static List<String> fields(BackendRequest request) {
        var fields = new ArrayList<>(List.of(request.method()));
        request.headers().forEach((name, value) -> fields.add(name + ": " + value));
        return fields;
    }

    /** Returns what they said. */
    public RequestTexts texts() {
        return copy().texts();
    }

    /** The texts are read without the lock: a body may be a file. */
    private synchronized Copy copy() {
        return new Copy(List.copyOf(requests), isWhole);
    }

    private record Copy(List<BackendRequest> requests, boolean isWhole) {
        private RequestTexts texts() {
            return RequestTexts.of(requests, isWhole);
        }
    }
}
