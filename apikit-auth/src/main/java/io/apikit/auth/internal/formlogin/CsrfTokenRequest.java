package io.apikit.auth.internal.formlogin;

import io.apikit.auth.internal.browser.Address;
import io.apikit.auth.internal.browser.HtmlPage;
import io.apikit.auth.internal.browser.LoginPageErrors;
import io.apikit.auth.internal.formlogin.SiteRequests.Visit;
import io.apikit.http.BackendResponse;
import io.apikit.http.Transport;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One request for a fresh CSRF token, under the cookies of a session. Used by one thread. */
final class CsrfTokenRequest {
    private final FormSession session;
    private final Transport root;
    private final FormSite site;
    private final SiteRequests requests;

    CsrfTokenRequest(FormSession session, Transport root) {
        this.session = session;
        this.root = root;
        this.site = session.site();
        this.requests = session.requests(root);
    }

    /**
     * What a request for a token has brought.
     *
     * @param visits the responses, whose cookies count
     * @param token empty if it is among the cookies, or if the session is dead
     * @param isDead whether the site responds as to somebody without a session
     */
    record Fresh(List<Visit> visits, Optional<CsrfToken> token, boolean isDead) {}

    /**
     * Asks the site.
     *
     * @throws io.apikit.BackendError 502 if the response has no token; 502, 503 or 504 if the site is not available
     */
    Fresh send() {
        var source = site.settings().csrf();
        if (source instanceof CsrfSource.Endpoint endpoint) {
            return ofEndpoint(endpoint, site.address("csrfFrom", endpoint.path()));
        }
        if (source instanceof CsrfSource.Field field) {
            return ofPage(field, site.address("csrfField", field.page()));
        }
        if (source instanceof CsrfSource.Cookie cookie) {
            ofCookie(cookie.name());
        }
        return new Fresh(requests.visits(), Optional.empty(), false);
    }

    /** The login page sends a user on. The first response with another cookie is enough. */
    private void ofCookie(String name) {
        var before = requests.value(name, site.page());
        var unused = requests.get(
                site.page(),
                "text/html",
                () -> !requests.value(name, site.page()).equals(before));
    }

    private Fresh ofEndpoint(CsrfSource.Endpoint endpoint, Address address) {
        var response = requests.get(address, "application/json", () -> false);
        if (isDead(address, response)) {
            return new Fresh(requests.visits(), Optional.empty(), true);
        }
        var fields = requireSuccess(address, response).json(Map.class);
        var header =
                endpoint.nameField().map(field -> text(address, fields, field)).orElse(endpoint.header());
        return fresh(address, header, text(address, fields, endpoint.valueField()));
    }

    private static String text(Address address, Map<?, ?> fields, String path) {
        @Nullable Object value = fields;
        for (var name : path.split("\\.", -1)) {
            value = value instanceof Map<?, ?> object ? object.get(name) : null;
        }
        if (!(value instanceof String text) || text.isBlank()) {
            throw LoginPageErrors.broken("the response of " + address + " has no text '" + path + "'");
        }
        return text.strip();
    }

    private Fresh ofPage(CsrfSource.Field field, Address address) {
        var response = requests.get(address, "text/html", () -> false);
        if (isDead(address, response)) {
            return new Fresh(requests.visits(), Optional.empty(), true);
        }
        var token = HtmlPage.valueOf(
                        field.name(), requireSuccess(address, response).text())
                .orElseThrow(() -> LoginPageErrors.broken("the page at " + address
                        + " has no hidden field and no meta tag" + " with the name '" + field.name() + "'"));
        return fresh(address, field.header(), token);
    }

    private Fresh fresh(Address address, String header, String value) {
        try {
            return new Fresh(requests.visits(), Optional.of(new CsrfToken(header, value)), false);
        } catch (IllegalArgumentException e) {
            throw LoginPageErrors.broken("the response of " + address + " has " + e.getMessage());
        }
    }

    /** Whether the site responds as to somebody without a session. Any redirect that was not followed says so. */
    private boolean isDead(Address address, BackendResponse response) {
        return SiteRequests.redirect(address, response).isPresent()
                || switch (FormExpiryDetector.judge(session, response, address.path(), root)) {
                    case ALIVE, DENIED -> false;
                    case EXPIRED, ENDED, UNKNOWN -> true;
                };
    }

    private static BackendResponse requireSuccess(Address address, BackendResponse response) {
        if (LoginPageErrors.isUnavailable(response)) {
            throw LoginPageErrors.unavailable(address, response);
        }
        if (!response.isSuccess()) {
            throw LoginPageErrors.broken(
                    "the CSRF token is asked for at " + address + ", which answered " + response.status());
        }
        return response;
    }
}
