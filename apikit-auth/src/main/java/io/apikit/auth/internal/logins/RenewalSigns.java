package io.apikit.auth.internal.logins;

import io.apikit.http.BackendResponse;
import java.util.BitSet;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * How an author describes the responses of a backend that has ended a login: by statuses, and by a predicate. Immutable
 * and thread-safe, if the predicate is.
 */
public final class RenewalSigns {
    /** A backend's responses that end a login: none. */
    public static final RenewalSigns NONE = new RenewalSigns(new BitSet(), null, false);

    /** The status 401 alone. */
    public static final RenewalSigns UNAUTHORIZED = NONE.renewOn(401);

    /** In bytes. So much is read of a body that is passed on, before its first byte is passed on. */
    private static final int MOST_PREVIEWED = 64 << 10;

    private final BitSet statuses;
    private final @Nullable Predicate<BackendResponse> predicate;
    private final boolean isNothingDone;

    private RenewalSigns(BitSet statuses, @Nullable Predicate<BackendResponse> predicate, boolean isNothingDone) {
        this.statuses = statuses;
        this.predicate = predicate;
        this.isNothingDone = isNothingDone;
    }

    /** What a response says of the login that its request was signed with. */
    public enum Sign {
        /** Nothing that an option knows. */
        NONE,
        /** It is over, and the request was not carried out. */
        NOTHING_DONE,
        /** It is over, and the request may have been carried out. */
        MAYBE_DONE
    }

    /**
     * Returns these signs with these statuses in place of those before. After them nothing was done.
     *
     * @throws IllegalArgumentException if one is not 100 to 599
     */
    public RenewalSigns renewOn(int... chosen) {
        var checked = new BitSet();
        for (var status : chosen) {
            if (status < 100 || status > 599) {
                throw new IllegalArgumentException("renewOn takes HTTP statuses, not " + status);
            }
            checked.set(status);
        }
        return new RenewalSigns(checked, predicate, isNothingDone);
    }

    /** Returns these signs with this predicate in place of the one before. It counts besides the statuses. */
    public RenewalSigns renewWhen(Predicate<BackendResponse> chosen) {
        return new RenewalSigns(statuses, Objects.requireNonNull(chosen, "renewWhen"), isNothingDone);
    }

    /** Returns these signs, with a predicate after which nothing was done. */
    public RenewalSigns meansNothingDone() {
        return new RenewalSigns(statuses, predicate, true);
    }

    /**
     * Returns what a response says. The predicate is not asked about a body that is passed on as a stream, unless that has a
     * known length of at most 64 KiB: it would hold the stream back.
     *
     * @throws PredicateFailure if the predicate throws anything
     */
    public Sign of(BackendResponse response) {
        if (statuses.get(response.status())) {
            return Sign.NOTHING_DONE;
        }
        if (predicate == null || !isReadable(response) || !matches(predicate, response)) {
            return Sign.NONE;
        }
        return isNothingDone ? Sign.NOTHING_DONE : Sign.MAYBE_DONE;
    }

    private static boolean matches(Predicate<BackendResponse> predicate, BackendResponse response) {
        // Reads the body first: a backend that breaks off is no fault of the predicate.
        var unused = response.isEmpty();
        try {
            return predicate.test(response);
        } catch (Throwable e) {
            throw new PredicateFailure(e);
        }
    }

    /** The beginning of an error's body is read at once. */
    private static boolean isReadable(BackendResponse response) {
        return response.isWhole()
                || response.status() >= 400
                || response.header("Content-Length")
                        .filter(RenewalSigns::isShort)
                        .isPresent();
    }

    private static boolean isShort(String length) {
        return length.matches("[0-9]{1,5}") && Integer.parseInt(length) <= MOST_PREVIEWED;
    }

    /** What the predicate of an author has thrown, as its cause. */
    public static final class PredicateFailure extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private PredicateFailure(Throwable cause) {
            super("the predicate of renewWhen failed", cause);
        }
    }
}
