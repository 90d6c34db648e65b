package io.apikit.auth;

import io.apikit.BackendError;
import io.apikit.http.BackendRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Goes from page to page by hand: counts the hops, asks the origin rules first, keeps each origin's cookies. */
final class Navigation {
    /** As many as browsers follow; the longest login seen, brokered and two-step, takes nine. */
    static final int MAX_HOPS = 20;

    private static final Logger log = LoggerFactory.getLogger(Navigation.class);

    private final LoginTransport bare;
    private final AllowedOrigins allowed;
    private final CookieJar cookies = new CookieJar();
    private int hops;

    Navigation(LoginTransport bare, AllowedOrigins allowed) {
        this.bare = bare;
        this.allowed = allowed;
    }

    /** The first step of all: it comes from nowhere, so no rule is asked. */
    Visit begin(Address start) {
        return take(Hop.get(start));
    }

    /** @throws BackendError 502 if the step is not allowed or one too many */
    Visit go(Address from, Hop step) {
        if (++hops > MAX_HOPS) {
            throw LoginFault.broken("a redirect loop: more than " + MAX_HOPS + " hops, the last at " + from);
        }
        allowed.check(from, step);
        return take(step);
    }

    private Visit take(Hop step) {
        var response = bare.at(step.to().origin()).send(request(step));
        log.debug("{} answered {}", step, response.status());
        cookies.store(step.to(), response);
        return new Visit(step, response);
    }

    /** What a request may not hold, such as an encoded dot segment, is here the server's fault, not the caller's. */
    private BackendRequest request(Hop step) {
        try {
            return step.request(cookies.header(step.to()));
        } catch (BackendError unsendable) {
            throw LoginFault.broken("a step to " + step.to().origin() + " that cannot be sent");
        }
    }
}
