package io.apikit.auth.internal.targets;

import io.apikit.auth.internal.targets.RejectedTargets.Target;
import io.apikit.http.BackendRequest;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.jspecify.annotations.Nullable;

/**
 * What one session remembers of its targets. A target (method and path) is denied if a login just renewed is rejected
 * there: at once where the session was never accepted, else after three such rejections in a row. Thread-safe.
 *
 * <p>An accepted request costs a few reads of one cache line. It writes only if its target is not known as accepted yet.
 * The targets where the session was accepted are 128 hashes in half a kilobyte: 16 rows of 8. Once a row is full, a newer
 * target takes the place of an older one. What was forgotten counts as never accepted.
 */
public final class SessionTargets {
    private static final int ROWS = 16;
    private static final int PLACES_OF_A_ROW = 8;

    /** 2 to the power of 32, divided by the golden ratio: its multiples are spread evenly (Knuth, volume 3, 6.4). */
    private static final int GOLDEN = 0x9E3779B9;

    private final RejectedTargets rejected;
    private final long session;

    /** Null as long as the session was accepted nowhere, as that of a login that cannot be renewed. */
    private volatile @Nullable AtomicIntegerArray accepted;

    private volatile boolean hasRejections;
    private volatile long latestRejectionNanos;

    SessionTargets(RejectedTargets rejected, long session) {
        this.rejected = rejected;
        this.session = session;
    }

    /** A response to this request has shown that the backend accepts the login. Its target is denied no longer. */
    public void accept(BackendRequest request) {
        var known = accepted;
        if (known == null) {
            known = new AtomicIntegerArray(ROWS * PLACES_OF_A_ROW);
            accepted = known;
        }
        int hash = hash(request);
        int place = place(known, hash);
        if (known.get(place) != hash) {
            known.set(place, hash);
        }
        if (hasRejections) {
            forget(request);
        }
    }

    /** A login that was just renewed is rejected at this request's target. */
    public void reject(BackendRequest request, long login) {
        latestRejectionNanos = rejected.add(target(request), wasAccepted(request), login);
        hasRejections = true;
    }

    /** Returns whether rejections at this request's target are the backend's own response for now. */
    public boolean isDenied(BackendRequest request) {
        return hasRejections && rejected.isDenied(target(request));
    }

    private boolean wasAccepted(BackendRequest request) {
        var known = accepted;
        int hash = hash(request);
        return known != null && known.get(place(known, hash)) == hash;
    }

    private void forget(BackendRequest request) {
        if (rejected.isForgotten(latestRejectionNanos)) {
            // A rejection that comes at the same time may be lost here: it costs one renewal.
            hasRejections = false;
        } else {
            rejected.forget(target(request));
        }
    }

    private Target target(BackendRequest request) {
        return new Target(session, request.method(), request.path());
    }

    /** Never 0, which is an empty place. */
    private static int hash(BackendRequest request) {
        int hash = 31 * request.method().hashCode() + request.path().hashCode();
        return hash == 0 ? 1 : hash;
    }

    /** Returns the place of a hash in its row; of one that is not there, the first free place, or one of another. */
    private static int place(AtomicIntegerArray known, int hash) {
        int spread = hash * GOLDEN;
        int first = (spread >>> 28) * PLACES_OF_A_ROW;
        for (int place = first; place < first + PLACES_OF_A_ROW; place++) {
            int found = known.get(place);
            if (found == hash || found == 0) {
                return place;
            }
        }
        return first + (spread >>> 25) % PLACES_OF_A_ROW;
    }
}
