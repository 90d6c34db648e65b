package io.apikit.auth.internal.browser;

import io.apikit.http.BackendResponse;
import java.util.List;
import java.util.stream.Stream;

/**
 * A request of a login and its response.
 *
 * @param request what was sent
 * @param response what came back
 */
public record PageVisit(PageRequest request, BackendResponse response) {
    /** Returns the address of the request. */
    public Address address() {
        return request.address();
    }

    /** Returns the status of the response. */
    public int status() {
        return response.status();
    }

    /** Whether the response is a 301, 302, 303, 307 or 308 with a {@code Location} that is not empty. */
    public boolean isRedirect() {
        return switch (status()) {
            case 301, 302, 303, 307, 308 -> locations().findAny().isPresent();
            default -> false;
        };
    }

    private Stream<String> locations() {
        return response.headers().getOrDefault("Location", List.of()).stream().filter(location -> !location.isBlank());
    }

    /**
     * Returns the request that a redirect asks for.
     *
     * @throws io.apikit.BackendError 502 if the {@code Location} is no http or https address, or if there are two
     */
    public PageRequest redirect() {
        var locations = locations().distinct().toList();
        if (locations.size() > 1) {
            throw LoginPageErrors.broken(address() + " redirects to two addresses at once");
        }
        try {
            return request.redirected(
                    status(), address().resolveHeader(locations.get(0)), ReferrerPolicy.of(response));
        } catch (IllegalArgumentException e) {
            throw LoginPageErrors.broken(address() + " redirects to " + e.getMessage());
        }
    }

    /** Whether the response is an HTML page. One without a {@code Content-Type} is, if it begins like one. */
    public boolean isHtml() {
        return HtmlPage.isHtml(response)
                || (response.header("Content-Type").orElse("").isBlank() && HtmlPage.beginsLikeHtml(response.text()));
    }

    /** Returns a description for an error, without the query and the body. */
    public String describe() {
        var type = response.header("Content-Type").orElse("no content type").replaceFirst(";.*", "");
        return address() + " answered " + status() + " (" + type + ")";
    }
}
