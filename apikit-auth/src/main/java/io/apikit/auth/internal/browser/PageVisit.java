package io.apikit.auth.internal.browser;

import io.apikit.http.BackendResponse;

/** A step that was taken, and what it met. */
public record PageVisit(PageRequest request, BackendResponse response) {
    public Address address() {
        return request.address();
    }

    public int status() {
        return response.status();
    }

    /** 301, 302, 303, 307 or 308 with somewhere to go. */
    public boolean isRedirect() {
        return switch (status()) {
            case 301, 302, 303, 307, 308 -> response.header("Location").isPresent();
            default -> false;
        };
    }

    /** The step that a redirect asks for. */
    public PageRequest redirect() {
        try {
            return request.redirected(
                    status(), address().resolve(response.header("Location").orElse("")));
        } catch (IllegalArgumentException wrong) {
            throw LoginPageErrors.broken(address() + " redirects to " + wrong.getMessage());
        }
    }

    public boolean isHtml() {
        return HtmlPage.isHtml(response);
    }

    /** A word on it for an error: never the query, never the body. */
    public String describe() {
        var type = response.header("Content-Type").orElse("no content type").replaceFirst(";.*", "");
        return address() + " answered " + status() + " (" + type + ")";
    }
}
