package io.apikit.testkit.token;

import io.apikit.testkit.internal.HtmlTemplate;
import io.javalin.http.Context;
import java.util.Map;

/** The response of a login endpoint that issues tokens, for any credentials. */
public enum LoginResponse {
    /** The response of an endpoint that works. */
    NORMAL,
    /** 200 and an HTML page, as from a portal between the client and the endpoint. */
    HTML,
    /** 200 and a JSON object without a token. */
    NO_TOKEN,
    /** 200 and a token of blanks. */
    BLANK_TOKEN,
    /** 200 and a token that is an object. */
    TOKEN_NOT_TEXT,
    /** 503 and an HTML page, without {@code Retry-After}. */
    UNAVAILABLE;

    /**
     * Writes this response, with the token in this field.
     *
     * @throws IllegalStateException for {@link #NORMAL}, which the endpoint writes itself
     */
    public void send(Context ctx, String tokenField) {
        switch (this) {
            case HTML -> HtmlTemplate.send(ctx, 200, "Welcome", "<p>Please sign in.</p>");
            case NO_TOKEN -> ctx.json(Map.of("success", true));
            case BLANK_TOKEN -> ctx.json(Map.of(tokenField, "  ", "token_type", "Bearer"));
            case TOKEN_NOT_TEXT -> ctx.json(Map.of(tokenField, Map.of("value", 1), "token_type", "Bearer"));
            case UNAVAILABLE -> HtmlTemplate.send(ctx, 503, "Service Unavailable", "<p>Please try again later.</p>");
            case NORMAL -> throw new IllegalStateException("the endpoint itself writes the normal response");
        }
    }
}
