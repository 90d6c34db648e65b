package io.apikit.auth.internal.browser;

import io.apikit.BackendError;
import io.apikit.http.BackendRequest;
import io.apikit.http.Transport;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Goes from page to page by hand: counts the hops, asks the origin rules first, keeps each origin's cookies. */
public final class Browser {
    /** As many as browsers follow; the longest login seen, brokered and two-step, takes nine. */
    static final int MAX_HOPS = 20;

    private static final Logger log = LoggerFactory.getLogger(Browser.class);

    private final Function<String, Transport> origins;
    private final LoginOrigins allowed;
    private final CookieJar cookies = new CookieJar();
    private int hops;

    /** @param origins gives the transport to an origin, {@code scheme://host[:port]} */
    public Browser(Function<String, Transport> origins, LoginOrigins allowed) {
        this.origins = origins;
        this.allowed = allowed;
    }

    /** The first step of all: it comes from nowhere, so no rule is asked. */
    public PageVisit begin(Address start) {
        return take(PageRequest.get(start));
    }

    /** @throws BackendError 502 if the step is not allowed or one too many */
    public PageVisit go(Address from, PageRequest step) {
        if (++hops > MAX_HOPS) {
            throw LoginPageErrors.broken("a redirect loop: more than " + MAX_HOPS + " hops, the last at " + from);
        }
        allowed.check(from, step);
        return take(step);
    }

    private PageVisit take(PageRequest step) {
        var response = origins.apply(step.to().origin()).send(request(step));
        log.debug("{} answered {}", step, response.status());
        cookies.store(step.to(), response);
        return new PageVisit(step, response);
    }

    /** What a request may not hold, such as an encoded dot segment, is here the server's fault, not the caller's. */
    private BackendRequest request(PageRequest step) {
        try {
            return step.request(cookies.header(step.to()));
        } catch (BackendError unsendable) {
            throw LoginPageErrors.broken("a step to " + step.to().origin() + " that cannot be sent");
        }
    }
}
