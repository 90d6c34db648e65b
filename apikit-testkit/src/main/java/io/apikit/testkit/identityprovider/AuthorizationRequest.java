package io.apikit.testkit.identityprovider;

import io.javalin.http.Context;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * An authorization request (RFC 6749, section 4.1.1).
 *
 * @param formPost whether the response goes in a form (OAuth 2.0 Form Post Response Mode), and not in a redirect
 */
record AuthorizationRequest(String redirectUri, String state, boolean formPost) {
    /** Reads the request; empty if it has no redirect URI. */
    static Optional<AuthorizationRequest> of(Context ctx) {
        String state = Optional.ofNullable(ctx.queryParam("state")).orElse("");
        boolean formPost = "form_post".equals(ctx.queryParam("response_mode"));
        return Optional.ofNullable(ctx.queryParam("redirect_uri"))
                .map(uri -> new AuthorizationRequest(uri, state, formPost));
    }

    AuthorizationRequest withFormPost() {
        return new AuthorizationRequest(redirectUri, state, true);
    }

    /** Sends the browser back to the client with this parameter and the state. */
    void redirectBack(Context ctx, String name, String value) {
        Map<String, String> parameters = Map.of(name, value, "state", state);
        if (formPost) {
            LoginPageTemplates.autoSubmit(ctx, redirectUri, parameters);
        } else {
            ctx.redirect(redirectUri + "?" + query(parameters));
        }
    }

    static String query(Map<String, String> parameters) {
        return parameters.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + URLEncoder.encode(entry.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
    }
}
