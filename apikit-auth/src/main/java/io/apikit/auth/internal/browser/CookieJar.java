package io.apikit.auth.internal.browser;

import io.apikit.http.BackendResponse;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Holds the current cookies of one login or of one session. Each response changes them by compare-and-set, so that no
 * cookie of another response is lost. Thread-safe.
 */
public final class CookieJar {
    private final Predicate<Address> allowed;
    private final Consumer<String> excess;
    private final AtomicReference<CookieSet> cookies = new AtomicReference<>(CookieSet.none());

    /**
     * Creates a jar without cookies.
     *
     * @param allowed whether an address may set cookies and get them, whatever their {@code Domain} is
     * @param excess gets the limit that the cookies of a response exceed, without a value
     */
    public CookieJar(Predicate<Address> allowed, Consumer<String> excess) {
        this.allowed = allowed;
        this.excess = excess;
    }

    /**
     * Takes the cookies of a response.
     *
     * @param from the address of the request
     * @param now monotonic nanoseconds
     */
    public void store(Address from, BackendResponse response, long now) {
        store(from, response, now, name -> true);
    }

    /**
     * Takes those cookies of a response whose names are taken.
     *
     * @param from the address of the request
     * @param now monotonic nanoseconds
     */
    public void store(Address from, BackendResponse response, long now, Predicate<String> isTaken) {
        if (response.header("Set-Cookie").isPresent() && allowed.test(from)) {
            cookies.updateAndGet(current -> current.with(from, response, now, isTaken))
                    .excess()
                    .ifPresent(excess);
        }
    }

    /**
     * Returns the {@code Cookie} header of a request; empty if no cookie is for this address, or none may go there.
     *
     * @param now monotonic nanoseconds
     */
    public Optional<String> header(Address to, long now) {
        return allowed.test(to) ? cookies.get().header(to, now) : Optional.empty();
    }

    /** Forgets all cookies. */
    public void clear() {
        cookies.set(CookieSet.none());
    }

    /** Returns the cookies of this moment. */
    public CookieSet cookies() {
        return cookies.get();
    }

    @Override
    public String toString() {
        return cookies.get().toString();
    }
}
