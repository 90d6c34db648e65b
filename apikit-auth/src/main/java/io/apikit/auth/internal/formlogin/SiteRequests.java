package io.apikit.auth.internal.formlogin;

import io.apikit.auth.internal.browser.Address;
import io.apikit.auth.internal.browser.CookieSet;
import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import io.apikit.http.Transport;
import io.apikit.http.internal.url.RequestTarget;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Requests under the cookies of a session, for the session's own needs: a token, or the question whether it lives. Redirects
 * on the site are followed, except to the login page. Used by one thread.
 */
final class SiteRequests {
    private static final int MOST_REDIRECTS = 5;

    private final FormSite site;
    private final Transport root;
    private final LongSupplier nanoTime;
    private final List<Visit> visits = new ArrayList<>();
    private CookieSet cookies;

    /** A response, and the address of its request. */
    record Visit(Address address, BackendResponse response) {}

    /** @param root sends a request to the root of the backend's origin */
    SiteRequests(FormSite site, Transport root, CookieSet cookies, LongSupplier nanoTime) {
        this.site = site;
        this.root = root;
        this.cookies = cookies;
        this.nanoTime = nanoTime;
    }

    /** Returns the responses so far. */
    List<Visit> visits() {
        return List.copyOf(visits);
    }

    /** Returns the address of the last request. */
    Address last() {
        return visits.get(visits.size() - 1).address();
    }

    /** Returns the value of a cookie after them, as an address gets it. */
    Optional<String> value(String cookie, Address to) {
        return cookies.value(cookie, to, nanoTime.getAsLong());
    }

    /**
     * Sends a GET.
     *
     * @param isEnough whether redirects need not be followed any more
     * @return the last response
     */
    BackendResponse get(Address first, String accept, BooleanSupplier isEnough) {
        var response = send(first, accept);
        var at = first;
        for (int i = 0; i < MOST_REDIRECTS && !isEnough.getAsBoolean(); i++) {
            var next = redirect(at, response).filter(to -> to.isAt(site.origin()) && !site.isPage(to));
            if (next.isEmpty()) {
                return response;
            }
            at = next.get();
            response = send(at, accept);
        }
        return response;
    }

    private BackendResponse send(Address to, String accept) {
        // A target of its own has {} as a place for a segment. The literal one is sent.
        var request = BackendRequest.get(to.target().replace("{}", "%7B%7D"))
                .header("Accept", accept)
                .attached(new RequestTarget.Literal(to.target()));
        var response = root.send(cookies.header(to, nanoTime.getAsLong())
                .map(line -> request.header("Cookie", line))
                .orElse(request));
        cookies = cookies.with(to, response, nanoTime.getAsLong());
        visits.add(new Visit(to, response));
        return response;
    }

    /** Returns where a response redirects to; empty if it is no redirect, or one to no http or https address. */
    static Optional<Address> redirect(Address from, BackendResponse response) {
        var isRedirect = switch (response.status()) {
            case 301, 302, 303, 307, 308 -> true;
            default -> false;
        };
        try {
            return isRedirect ? response.header("Location").map(from::resolveHeader) : Optional.empty();
        } catch (IllegalArgumentException ignored) {
            return Optional.empty();
        }
    }
}
