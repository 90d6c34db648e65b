package io.apikit.testkit;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;

/** The identity provider's endpoints, and what they check before anything else. */
final class LoginEndpoints {
    private static final int MOST_POSTS = 10_000;

    private final LoginFlow flow;
    private final Browsers browsers;
    private final PasswordStep passwords;
    private final LaterSteps later;
    private final LoginGate gate;
    private final Recent<LoginPost> posts = new Recent<>(MOST_POSTS);
    private final Set<String> redirectUris = ConcurrentHashMap.newKeySet();
    private volatile Outage outage = Outage.NONE;

    LoginEndpoints(LoginFlow flow, Browsers browsers, PasswordStep passwords, LaterSteps later, LoginGate gate) {
        this.flow = flow;
        this.browsers = browsers;
        this.passwords = passwords;
        this.later = later;
        this.gate = gate;
    }

    void routes(RoutesConfig routes) {
        routes.get("/authorize", this::authorize);
        routes.post("/login", this::login);
        routes.post("/otp", ctx -> answered(ctx, Step.SECOND_FACTOR, later::otp));
        routes.post("/change-password", ctx -> answered(ctx, Step.NEW_PASSWORD, later::changePassword));
        routes.post("/consent", ctx -> answered(ctx, Step.CONSENT, later::consent));
    }

    void fail(Outage how) {
        outage = how;
    }

    /** Only what is registered is redirected to (RFC 6749, section 3.1.2.2). */
    void register(String redirectUri) {
        redirectUris.add(redirectUri);
    }

    private void authorize(Context ctx) {
        Outage failing = outage;
        Optional<AuthorizationRequest> request =
                AuthorizationRequest.of(ctx).filter(asked -> redirectUris.contains(asked.redirectUri()));
        if (failing.active()) {
            failing.answer(ctx);
        } else if (request.isEmpty()) {
            LoginPages.problem(ctx, 400, "Invalid parameter: redirect_uri");
        } else {
            flow.begin(ctx, request.orElseThrow());
        }
    }

    /** A post with a password waits at the gate, where it costs no thread. */
    private void login(Context ctx) {
        passwords
                .posted(ctx)
                .ifPresentOrElse(post -> login(ctx, post), () -> answered(ctx, Step.USER_NAME, passwords::post));
    }

    private void login(Context ctx, LoginPost post) {
        posts.add(post);
        gate.attempt(ctx, post.user(), () -> answered(ctx, Step.PASSWORD, passwords::post));
    }

    List<LoginPost> posts() {
        return posts.all();
    }

    private void answered(Context ctx, Step expected, BiConsumer<Context, PendingPage> then) {
        Outage failing = outage;
        if (failing.active()) {
            failing.answer(ctx);
            return;
        }
        browsers.take(ctx, Forms.csrf(ctx))
                .filter(page -> page.step() == expected)
                .ifPresentOrElse(
                        page -> then.accept(ctx, page),
                        () -> LoginPages.problem(ctx, 400, "This page has expired, or its cookie is missing"));
    }
}
