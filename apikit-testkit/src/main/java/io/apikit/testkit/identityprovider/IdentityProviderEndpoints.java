package io.apikit.testkit.identityprovider;

import io.apikit.testkit.internal.LoginGate;
import io.apikit.testkit.internal.LoginOutage;
import io.apikit.testkit.internal.RecentEvents;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;

/** The identity provider's endpoints, and their first checks: whether logins fail, the redirect URI, the CSRF token. */
final class IdentityProviderEndpoints {
    private static final int MOST_POSTS = 10_000;

    private final LoginFlow flow;
    private final BrowserSessions browsers;
    private final PasswordStepHandler passwords;
    private final FollowUpStepHandlers later;
    private final LoginGate gate;
    private final RecentEvents<LoginPost> posts = new RecentEvents<>(MOST_POSTS);
    private final Set<String> redirectUris = ConcurrentHashMap.newKeySet();
    private volatile LoginOutage outage = LoginOutage.NONE;

    IdentityProviderEndpoints(
            LoginFlow flow,
            BrowserSessions browsers,
            PasswordStepHandler passwords,
            FollowUpStepHandlers later,
            LoginGate gate) {
        this.flow = flow;
        this.browsers = browsers;
        this.passwords = passwords;
        this.later = later;
        this.gate = gate;
    }

    void routes(RoutesConfig routes) {
        routes.get("/authorize", ctx -> authorize(ctx, ctx.queryParam("connector_id") != null));
        routes.get("/authorize-ldap", ctx -> authorize(ctx, true));
        routes.get("/authorize-local", ctx -> authorize(ctx, true));
        routes.post("/login", this::login);
        routes.post("/otp", ctx -> handle(ctx, LoginStep.SECOND_FACTOR, later::otp));
        routes.post("/change-password", ctx -> handle(ctx, LoginStep.NEW_PASSWORD, later::changePassword));
        routes.post("/consent", ctx -> handle(ctx, LoginStep.CONSENT, later::consent));
    }

    void fail(LoginOutage how) {
        outage = how;
    }

    /** Allows redirects to this URI. All others are refused (RFC 6749, section 3.1.2.2). */
    void register(String redirectUri) {
        redirectUris.add(redirectUri);
    }

    private void authorize(Context ctx, boolean hasConnector) {
        LoginOutage failing = outage;
        Optional<AuthorizationRequest> request =
                AuthorizationRequest.of(ctx).filter(asked -> redirectUris.contains(asked.redirectUri()));
        if (failing.active()) {
            failing.send(ctx);
        } else if (request.isEmpty()) {
            LoginPageTemplates.problem(ctx, 400, "Invalid parameter: redirect_uri");
        } else {
            flow.begin(ctx, request.orElseThrow(), hasConnector);
        }
    }

    /** A post with a password has to pass the gate. */
    private void login(Context ctx) {
        passwords
                .posted(ctx)
                .ifPresentOrElse(post -> login(ctx, post), () -> handle(ctx, LoginStep.USER_NAME, passwords::post));
    }

    private void login(Context ctx, LoginPost post) {
        posts.add(post);
        gate.attempt(ctx, post.user(), () -> handle(ctx, LoginStep.PASSWORD, passwords::post));
    }

    List<LoginPost> posts() {
        return posts.all();
    }

    private void handle(Context ctx, LoginStep expected, BiConsumer<Context, PendingPage> then) {
        LoginOutage failing = outage;
        if (failing.active()) {
            failing.send(ctx);
            return;
        }
        browsers.take(ctx, LoginFormFields.csrf(ctx))
                .filter(page -> page.step() == expected)
                .ifPresentOrElse(
                        page -> then.accept(ctx, page),
                        () -> LoginPageTemplates.problem(ctx, 400, "This page has expired, or its cookie is missing"));
    }
}
