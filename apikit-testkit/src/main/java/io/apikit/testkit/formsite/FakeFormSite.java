package io.apikit.testkit.formsite;

import io.apikit.testkit.formsite.SiteSessions.SiteSession;
import io.apikit.testkit.internal.FakeLoginServer;
import io.apikit.testkit.internal.FakeServer;
import io.apikit.testkit.internal.RequestCookies;
import io.apikit.testkit.internal.TestAccounts;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.HandlerType;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A fake of a site with a login form, a session cookie and CSRF tokens, as Django, Flask-AppBuilder, JupyterHub and Jenkins
 * have them. It serves HTTP on 127.0.0.1 and a free port.
 *
 * <ul>
 *   <li>{@code GET /login} is a page with the fields {@code user} and {@code secret}, and with the hidden field and the
 *       cookie {@code csrftoken}. It begins a session of nobody.
 *   <li>A good login begins another session with another token, and ends the one before. The cookie {@code sessionid} has a
 *       {@code Max-Age}, which each further response of a user sets again. Paths below {@code /area/} need the cookie
 *       {@code areaid}, whose {@code Path} is {@code /area/}.
 *   <li>{@code GET /csrf} returns the token of a user as JSON, {@code GET /form} as a hidden field {@code csrf_token} and as a
 *       meta tag {@code csrf-token}. {@code POST /logout} ends the session.
 *   <li>All other paths are the handler's, for users alone. A request that is not GET, HEAD or OPTIONS needs the token in the
 *       header {@code X-CSRFToken}, and this site in {@code Origin} and {@code Referer}.
 * </ul>
 *
 * <p>Thread-safe. The path of the login page and the clock are fixed; everything else can be changed while the server runs.
 * Its threads are daemon threads. It keeps passwords in plain text.
 */
public final class FakeFormSite extends FakeLoginServer {
    private static final String USER = "io.apikit.testkit.formsite.user";
    private static final List<HandlerType> SAFE = List.of(HandlerType.GET, HandlerType.HEAD, HandlerType.OPTIONS);

    private final AtomicInteger csrfRefusals = new AtomicInteger();
    private final AtomicInteger logouts = new AtomicInteger();
    private final AtomicInteger handled = new AtomicInteger();
    private final AtomicInteger strayCookies = new AtomicInteger();
    private final Handler handler;
    private final TestAccounts accounts = new TestAccounts();
    private final SiteSessions sessions;
    private final SitePages pages;
    private final SiteLogin login;
    private final boolean isCsrfChecked;
    private volatile EndedSession ended = EndedSession.REDIRECT;
    private volatile CsrfRefusal refusal = CsrfRefusal.DJANGO;

    private FakeFormSite(Builder builder) {
        super("fake-form-site", builder, Optional.empty());
        handler = builder.handler;
        isCsrfChecked = builder.csrf;
        sessions = new SiteSessions(clock(), builder.sessionLife);
        pages = new SitePages(builder.page);
        login = new SiteLogin(sessions, pages, accounts, gate());
        start(this::configure);
    }

    /** Returns a builder of a site whose data come from this handler, which can ask for the {@link #user}. */
    public static Builder inFrontOf(Handler handler) {
        return new Builder(handler);
    }

    /** Returns the user of a request that has reached the handler. */
    public static String user(Context ctx) {
        return String.valueOf(ctx.<Object>attribute(USER));
    }

    private void configure(JavalinConfig config) {
        config.routes.get(pages.page(), login::get);
        config.routes.post(pages.page(), login::post);
        config.routes.get("/loginError", ctx -> login.show(ctx, 401, "Invalid user name or password"));
        config.routes.get("/csrf", ctx -> asUser(ctx, session -> token(ctx, session)));
        config.routes.get("/form", ctx -> asUser(ctx, session -> SitePages.form(ctx, session)));
        config.routes.post("/logout", ctx -> asUser(ctx, session -> logOut(ctx, session)));
        HandlerType.values().stream()
                .filter(HandlerType::isHttpMethod)
                .forEach(method -> config.routes.addHttpHandler(method, "*", this::handle));
    }

    private static void token(Context ctx, SiteSession session) {
        ctx.json(Map.of("field", "X-CSRFToken", "token", session.token(), "result", Map.of("value", session.token())));
    }

    private void logOut(Context ctx, SiteSession session) {
        sessions.end(session);
        logouts.incrementAndGet();
        SitePages.cookie(ctx, SitePages.SESSION, "", "; Max-Age=0");
        ctx.redirect(pages.page());
    }

    private void handle(Context ctx) throws Exception {
        asUser(ctx, session -> {
            handled.incrementAndGet();
            ctx.attribute(USER, session.user);
            handler.handle(ctx);
        });
    }

    private void asUser(Context ctx, UserHandler task) throws Exception {
        Optional<SiteSession> session = session(ctx).filter(found -> !found.isAnonymous());
        if (session.isEmpty()) {
            refuse(ctx);
        } else if (!isCsrfChecked || SAFE.contains(ctx.method()) || isGenuine(ctx, session.orElseThrow())) {
            login.set(ctx, session.orElseThrow());
            task.handle(session.orElseThrow());
        } else {
            csrfRefusals.incrementAndGet();
            SiteLogin.refuse(ctx, refusal);
        }
    }

    private Optional<SiteSession> session(Context ctx) {
        boolean isInArea = ctx.path().startsWith(SitePages.AREA_PATH);
        Optional<String> areaId = RequestCookies.of(ctx).get(SitePages.AREA);
        if (areaId.isPresent() && !isInArea) {
            strayCookies.incrementAndGet();
        }
        return isInArea ? areaId.flatMap(sessions::usedInArea) : login.session(ctx);
    }

    private boolean isGenuine(Context ctx, SiteSession session) {
        return session.token().equals(ctx.header("X-CSRFToken"))
                && url().equals(ctx.header("Origin"))
                && String.valueOf(ctx.header("Referer")).startsWith(url() + "/");
    }

    private void refuse(Context ctx) {
        switch (ended) {
            case REDIRECT -> ctx.redirect(pages.page() + "?next=" + ctx.path());
            case STATUS_401 -> ctx.status(401).result("not logged in");
            case PAGE_200 -> login.show(ctx, 200, "");
            case PAGE_403 -> login.show(ctx, 403, "");
            case REFRESH_403 -> pages.refresh(ctx);
            case STATUS_403 -> ctx.status(403).json(Map.of("message", "Missing or invalid credentials."));
        }
    }

    /** Adds a user, or replaces the user of that name. */
    public void addUser(String name, String password) {
        accounts.put(name, password);
    }

    /** Ends all sessions at once. Their cookies stay as they are. */
    public void endSessions() {
        sessions.endAll();
    }

    /** Replaces the CSRF tokens of all sessions. No response says so. */
    public void rotateTokens() {
        sessions.rotateTokens();
    }

    /** Sets how long a session lives without a request, from the next one on. Default: as the builder says. */
    public void sessionLife(Duration life) {
        sessions.life(life);
    }

    /** Sets the response to a request without a session. Default: {@link EndedSession#REDIRECT}. */
    public void endedSession(EndedSession response) {
        ended = response;
    }

    /** Sets the response to a wrong password. Default: {@link WrongPassword#FORM_200}. */
    public void wrongPassword(WrongPassword response) {
        login.wrongPassword(response);
    }

    /** Sets the response to a missing or stale CSRF token. Default: {@link CsrfRefusal#DJANGO}. */
    public void csrfRefusal(CsrfRefusal response) {
        refusal = response;
    }

    /** Returns how many requests were refused for their CSRF token; a login is not counted. */
    public int csrfRefusals() {
        return csrfRefusals.get();
    }

    /** Returns how many sessions were ended by {@code POST /logout}. */
    public int logouts() {
        return logouts.get();
    }

    /** Returns how many requests have reached the handler. */
    public int handled() {
        return handled.get();
    }

    /** Returns how many requests outside of {@code /area/} had the cookie of that path. */
    public int strayCookies() {
        return strayCookies.get();
    }

    @FunctionalInterface
    private interface UserHandler {
        void handle(SiteSession session) throws Exception;
    }

    /** Collects the settings of a {@link FakeFormSite}. Not thread-safe; it starts one server. */
    public static final class Builder extends FakeServer.Builder<Builder> {
        private final Handler handler;
        private String page = "/login";
        private Duration sessionLife = Duration.ofHours(2);
        private boolean csrf = true;

        private Builder(Handler handler) {
            this.handler = handler;
        }

        /** Sets the path of the login page. Default: {@code /login}. */
        public Builder page(String path) {
            page = path;
            return this;
        }

        /** Sets how long a session lives without a request. Default: 2 h. */
        public Builder sessionLife(Duration life) {
            sessionLife = life;
            return this;
        }

        /** Sets whether requests that may change something need the CSRF token; a login always does. Default: true. */
        public Builder csrf(boolean checked) {
            csrf = checked;
            return this;
        }

        /** Starts the server on a free port. */
        public FakeFormSite start() {
            return new FakeFormSite(this);
        }
    }
}
