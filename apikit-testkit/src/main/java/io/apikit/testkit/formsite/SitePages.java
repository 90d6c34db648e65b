package io.apikit.testkit.formsite;

import io.apikit.testkit.formsite.SiteSessions.SiteSession;
import io.apikit.testkit.internal.HtmlTemplate;
import io.javalin.http.Context;

/** The pages of the site, and the cookies that go with them. Immutable. */
final class SitePages {
    static final String SESSION = "sessionid";
    static final String AREA = "areaid";
    static final String TOKEN = "csrftoken";
    static final String AREA_PATH = "/area/";

    private final String page;

    /** @param page the path of the login page */
    SitePages(String page) {
        this.page = page;
    }

    String page() {
        return page;
    }

    void login(Context ctx, int status, SiteSession session, String message) {
        cookie(ctx, TOKEN, session.token(), "; Max-Age=31449600");
        HtmlTemplate.send(ctx, status, "Sign in", """
                <p>%s</p>
                <form method="post" action="%s">
                %s
                <label>User name <input name="user" autofocus></label>
                <label>Password <input type="password" name="secret"></label>
                <input type="submit" value="Sign in">
                </form>
                """.formatted(
                        HtmlTemplate.escape(message), page, HtmlTemplate.hidden(TOKEN, session.token())));
    }

    /** A page for users, with the token as a field and as a meta tag. */
    static void form(Context ctx, SiteSession session) {
        HtmlTemplate.send(
                ctx, 200, "Edit", """
                <meta name="csrf-token" content="%s">
                <form method="post" action="/edit">%s<input name="note"><button>Save</button></form>
                """.formatted(session.token(), HtmlTemplate.hidden("csrf_token", session.token())));
    }

    void refresh(Context ctx) {
        ctx.status(403).contentType("text/html").result("""
                <html><head><meta http-equiv='refresh' content='1;url=%s?from=%%2F'/>\
                <script>window.location.replace('%s?from=%%2F');</script></head>\
                <body>Authentication required</body></html>
                """.formatted(page, page));
    }

    static void cookie(Context ctx, String name, String value, String attributes) {
        ctx.res().addHeader("Set-Cookie", name + "=" + value + "; Path=/" + attributes);
    }

    static void areaCookie(Context ctx, String value) {
        ctx.res().addHeader("Set-Cookie", AREA + "=" + value + "; Path=" + AREA_PATH + "; HttpOnly");
    }
}
