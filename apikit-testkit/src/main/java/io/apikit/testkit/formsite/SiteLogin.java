package io.apikit.testkit.formsite;

import io.apikit.testkit.formsite.SiteSessions.SiteSession;
import io.apikit.testkit.internal.LoginGate;
import io.apikit.testkit.internal.RequestCookies;
import io.apikit.testkit.internal.TestAccounts;
import io.javalin.http.Context;
import java.util.Optional;

/** The login page of the site, and what is posted to it. Thread-safe. */
final class SiteLogin {
    private final SiteSessions sessions;
    private final SitePages pages;
    private final TestAccounts accounts;
    private final LoginGate gate;
    private volatile WrongPassword wrong = WrongPassword.FORM_200;

    SiteLogin(SiteSessions sessions, SitePages pages, TestAccounts accounts, LoginGate gate) {
        this.sessions = sessions;
        this.pages = pages;
        this.accounts = accounts;
        this.gate = gate;
    }

    void wrongPassword(WrongPassword response) {
        wrong = response;
    }

    /** A user is sent on. Anybody else gets the form, with a session that has no user yet. */
    void get(Context ctx) {
        Optional<SiteSession> session = session(ctx);
        if (session.isPresent() && !session.orElseThrow().isAnonymous()) {
            SitePages.cookie(ctx, SitePages.TOKEN, session.orElseThrow().token(), "");
            ctx.redirect("/");
        } else {
            show(ctx, 200, "");
        }
    }

    /** Shows the form, with a new session of nobody. */
    void show(Context ctx, int status, String message) {
        SiteSession anonymous = sessions.begin("");
        SitePages.cookie(ctx, SitePages.SESSION, anonymous.id, "; HttpOnly");
        pages.login(ctx, status, anonymous, message);
    }

    void post(Context ctx) {
        String user = Optional.ofNullable(ctx.formParam("user")).orElse("");
        gate.attempt(ctx, user, () -> check(ctx, user));
    }

    private void check(Context ctx, String user) {
        Optional<SiteSession> before = session(ctx);
        String field = Optional.ofNullable(ctx.formParam(SitePages.TOKEN)).orElse("");
        String cookie = RequestCookies.of(ctx).get(SitePages.TOKEN).orElse("");
        boolean isGenuine = before.filter(session -> session.token().equals(field) && field.equals(cookie))
                .isPresent();
        if (!isGenuine) {
            refuse(ctx, CsrfRefusal.DJANGO);
        } else if (accounts.accepts(
                user, Optional.ofNullable(ctx.formParam("secret")).orElse(""))) {
            gate.succeeded(user);
            sessions.end(before.orElseThrow());
            begin(ctx, user);
        } else {
            deny(ctx);
        }
    }

    /** The id and the token of the session before the login are dead from here on. */
    private void begin(Context ctx, String user) {
        SiteSession session = sessions.begin(user);
        SitePages.cookie(ctx, SitePages.TOKEN, session.token(), "; Max-Age=31449600");
        set(ctx, session);
        SitePages.areaCookie(ctx, session.areaId);
        ctx.redirect("/");
    }

    void set(Context ctx, SiteSession session) {
        String maxAge = "; Max-Age=" + sessions.life().toSeconds();
        SitePages.cookie(ctx, SitePages.SESSION, session.id, "; HttpOnly" + maxAge);
    }

    private void deny(Context ctx) {
        String message = "Wrong user name or password.";
        switch (wrong) {
            case FORM_200 -> show(ctx, 200, message);
            case FORM_401 -> show(ctx, 401, message);
            case FORM_403 -> show(ctx, 403, message);
            case REDIRECT_TO_PAGE -> {
                SitePages.cookie(ctx, SitePages.SESSION, sessions.begin("").id, "; HttpOnly");
                ctx.redirect(pages.page());
            }
            case REDIRECT_TO_ERROR -> ctx.redirect("/loginError");
        }
    }

    Optional<SiteSession> session(Context ctx) {
        return RequestCookies.of(ctx).get(SitePages.SESSION).flatMap(sessions::used);
    }

    static void refuse(Context ctx, CsrfRefusal refusal) {
        ctx.status(refusal.status()).contentType(refusal.type()).result(refusal.body());
    }
}
