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
    public PageVisit start(Address start) {
        return send(PageRequest.get(start));
    }

    /** @throws BackendError 502 if the step is not allowed or one too many */
    public PageVisit follow(Address from, PageRequest step) {
        if (++hops > MAX_HOPS) {
            throw LoginPageErrors.broken("a redirect loop: more than " + MAX_HOPS + " hops, the last at " + from);
        }
        allowed.check(from, step);
        return send(step);
    }

    private PageVisit send(PageRequest step) {
        var response = origins.apply(step.address().origin()).send(request(step));
        log.debug("{} answered {}", step, response.status());
        cookies.store(step.address(), response);
        return new PageVisit(step, response);
    }

    /** What a request may not hold, such as an encoded dot segment, is here the server's fault, not the caller's. */
    private BackendRequest request(PageRequest step) {
        try {
            return step.toBackendRequest(cookies.header(step.address()));
        } catch (BackendError unsendable) {
            throw LoginPageErrors.broken("a step to " + step.address().origin() + " that cannot be sent");
        }
    }
}
