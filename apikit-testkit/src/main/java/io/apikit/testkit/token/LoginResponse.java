package io.apikit.testkit.token;

import io.apikit.testkit.internal.HtmlTemplate;
import io.javalin.http.Context;
import java.util.Map;

/** What a login endpoint that hands out tokens answers, whatever credentials it was sent. */
public enum LoginResponse {
    /** The truth. */
    NORMAL,
    /** 200 and an HTML page, as from a portal in between. */
    HTML,
    /** 200 and a JSON object without a token. */
    NO_TOKEN,
    /** 200 and a token of blanks. */
    BLANK_TOKEN,
    /** 200 and a token that is an object. */
    TOKEN_NOT_TEXT,
    /** 503 and an HTML page, without {@code Retry-After}. */
    UNAVAILABLE;

    /** Not for {@link #NORMAL}. */
    public void send(Context ctx, String tokenField) {
        switch (this) {
            case HTML -> HtmlTemplate.send(ctx, 200, "Welcome", "<p>Please sign in.</p>");
            case NO_TOKEN -> ctx.json(Map.of("success", true));
            case BLANK_TOKEN -> ctx.json(Map.of(tokenField, "  ", "token_type", "Bearer"));
            case TOKEN_NOT_TEXT -> ctx.json(Map.of(tokenField, Map.of("value", 1), "token_type", "Bearer"));
            case UNAVAILABLE -> HtmlTemplate.send(ctx, 503, "Service Unavailable", "<p>Please try again later.</p>");
            case NORMAL -> throw new IllegalStateException("the truth is told by the endpoint itself");
        }
    }
}
