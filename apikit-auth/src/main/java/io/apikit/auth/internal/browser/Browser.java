package io.apikit.auth.internal.browser;

import io.apikit.BackendError;
import io.apikit.http.BackendRequest;
import io.apikit.http.Transport;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the requests of one login, page by page. It counts the hops, checks each step against the allowed origins, and
 * keeps the cookies as a browser does. Used by one thread.
 */
public final class Browser {
    /** The limit of browsers. The longest login observed, brokered and in two steps, takes nine. */
    static final int MAX_HOPS = 20;

    private static final Logger log = LoggerFactory.getLogger(Browser.class);

    private final Function<String, Transport> origins;
    private final LoginOrigins allowed;
    private final LongSupplier nanoTime;
    private final CookieJar cookies;
    private ReferrerPolicy policy = ReferrerPolicy.DEFAULT;
    private int hops;

    /**
     * Creates a browser without cookies.
     *
     * @param origins gives the transport to an origin, {@code scheme://host[:port]}
     */
    public Browser(Function<String, Transport> origins, LoginOrigins allowed) {
        this(origins, allowed, System::nanoTime);
    }

    /**
     * Creates a browser without cookies.
     *
     * @param origins gives the transport to an origin, {@code scheme://host[:port]}
     * @param nanoTime returns monotonic nanoseconds, by which cookies end
     */
    public Browser(Function<String, Transport> origins, LoginOrigins allowed, LongSupplier nanoTime) {
        this.origins = origins;
        this.allowed = allowed;
        this.nanoTime = nanoTime;
        this.cookies = new CookieJar(
                allowed::allows, excess -> log.debug("Cookies of a login are not all kept: {}", excess));
    }

    /** Returns the cookies that it has now. */
    public CookieSet cookies() {
        return cookies.cookies();
    }

    /** Sends the first request. It comes from no page, so no rule is checked. */
    public PageVisit start(Address start) {
        return send(allowed.known(PageRequest.get(start)));
    }

    /** Returns the rules of this login: which origins it may visit, and where its credentials may go. */
    LoginOrigins allowed() {
        return allowed;
    }

    /**
     * Sends the request that a redirect asks for.
     *
     * @param from the address that redirects
     * @throws BackendError 502 if the step is not allowed, or is one too many
     */
    public PageVisit follow(Address from, PageRequest step) {
        count(from);
        var known = allowed.known(step);
        allowed.checkRedirect(from, known);
        return send(known);
    }

    /**
     * Sends a form of a page, or follows a link of it.
     *
     * @param from the address of the page that came last
     * @throws BackendError 502 if the step is not allowed, or is one too many
     */
    public PageVisit submit(Address from, PageRequest step) {
        count(from);
        var known = allowed.known(step);
        allowed.checkForm(from, known);
        return send(known.referrer().page().isPresent() ? known : known.from(Referrer.of(from, policy)));
    }

    private void count(Address from) {
        if (++hops > MAX_HOPS) {
            throw LoginPageErrors.broken("a redirect loop: more than " + MAX_HOPS + " hops, the last at " + from);
        }
    }

    private PageVisit send(PageRequest step) {
        var response = origins.apply(step.address().origin()).send(request(step));
        log.debug("{}: status {}", step, response.status());
        policy = ReferrerPolicy.of(response).orElse(ReferrerPolicy.DEFAULT);
        cookies.store(step.address(), response, nanoTime.getAsLong());
        return new PageVisit(step, response);
    }

    /**
     * A target that cannot be sent, such as one with an encoded dot segment, is the server's fault, not the caller's.
     */
    private BackendRequest request(PageRequest step) {
        try {
            return step.toBackendRequest(cookies.header(step.address(), nanoTime.getAsLong()));
        } catch (BackendError e) {
            throw LoginPageErrors.broken("a step to " + step.address().origin() + " that cannot be sent");
        }
    }
}
