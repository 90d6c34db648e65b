package io.apikit.testkit;

import io.javalin.http.Context;

/** The proxy's own answers that are not about a session's data. */
final class ProxyPages {
    /** The media type for which, and for nothing else, the proxy answers in JSON. */
    static final String JSON = "application/json";

    private ProxyPages() {}

    static void signIn(Context ctx, int status, String prefix, String returnTo) {
        Html.answer(ctx, status, "Sign In", """
                        <form method="GET" action="%s/start">
                        %s
                        <button type="submit">Sign in with OpenID Connect</button>
                        </form>
                        """.formatted(Html.escape(prefix), Html.hidden("rd", returnTo)));
    }

    static void error(Context ctx, int status, String message) {
        Html.answer(ctx, status, String.valueOf(status), "<p>" + Html.escape(message) + "</p>");
    }

    static void json(Context ctx, int status) {
        ctx.status(status).contentType(JSON).result("{}");
    }
}
