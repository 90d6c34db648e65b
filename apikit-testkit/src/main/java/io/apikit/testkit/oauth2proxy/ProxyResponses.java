package io.apikit.testkit.oauth2proxy;

import io.apikit.testkit.internal.HtmlTemplate;
import io.javalin.http.Context;
import java.util.Collections;
import java.util.stream.Stream;

/** The proxy's own pages and errors. */
final class ProxyResponses {
    private static final String JSON = "application/json";

    private static final String SIGN_IN_LINK = """
            <p><a href="PREFIX/sign_in">Sign In</a></p>
            """;

    private static final String SIGN_IN_FORM = """
            <form method="GET" action="RETURN"><button type="submit">Go back</button></form>
            <form method="GET" action="PREFIX/sign_in">
            <input type="hidden" name="rd" value="RETURN">
            <button type="submit">Sign in</button>
            </form>
            """;

    private ProxyResponses() {}

    /** Returns whether {@code Accept} contains JSON. With a parameter, such as {@code q}, it does not count. */
    static boolean wantsJson(Context ctx) {
        return Collections.list(ctx.req().getHeaders("Accept")).stream()
                .flatMap(accepted -> Stream.of(accepted.split(",", -1)))
                .anyMatch(type -> type.strip().equals(JSON));
    }

    static void signIn(Context ctx, int status, String prefix, String returnTo) {
        HtmlTemplate.send(ctx, status, "Sign In", """
                        <form method="GET" action="%s/start">
                        %s
                        <button type="submit">Sign in with OpenID Connect</button>
                        </form>
                        """.formatted(
                        HtmlTemplate.escape(prefix), HtmlTemplate.hidden("rd", returnTo)));
    }

    static void error(Context ctx, ProxySettings settings, ProxyError error, String detail) {
        ProxyVersion version = settings.version();
        String message = "<p>" + HtmlTemplate.escape(error.message(version, detail)) + "</p>\n";
        String back = HtmlTemplate.escape(settings.returnTo(ctx));
        String ways = version == ProxyVersion.V7_0 ? SIGN_IN_LINK : SIGN_IN_FORM.replace("RETURN", back);
        HtmlTemplate.send(
                ctx,
                error.status(version),
                error.title(version),
                message + ways.replace("PREFIX", HtmlTemplate.escape(settings.prefix())));
    }

    /** Writes an error in plain text, as Go does. */
    static void plain(Context ctx, int status, String message) {
        ctx.status(status)
                .header("X-Content-Type-Options", "nosniff")
                .contentType("text/plain; charset=utf-8")
                .result(message + "\n");
    }

    static void json(Context ctx, int status, ProxyVersion version) {
        ctx.status(status).contentType(JSON).result(version.jsonErrorBody());
    }
}
