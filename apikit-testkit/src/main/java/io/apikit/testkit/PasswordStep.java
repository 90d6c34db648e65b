package io.apikit.testkit;

import io.javalin.http.Context;
import java.util.Optional;

/** What is posted to the login form: a user name, a password or both. */
final class PasswordStep {
    private static final String WRONG = "Invalid user name or password.";

    private final Accounts accounts;
    private final Browsers browsers;
    private final LoginFlow flow;
    private final int wrongPasswordStatus;

    PasswordStep(Accounts accounts, Browsers browsers, LoginFlow flow, int wrongPasswordStatus) {
        this.accounts = accounts;
        this.browsers = browsers;
        this.flow = flow;
        this.wrongPasswordStatus = wrongPasswordStatus;
    }

    /** Returns the credentials in this request; empty if it has no password. */
    Optional<LoginPost> posted(Context ctx) {
        return Optional.ofNullable(ctx.formParam("password"))
                .map(password -> new LoginPost(user(ctx), password, Forms.csrf(ctx)));
    }

    private String user(Context ctx) {
        return Forms.user(ctx).or(() -> browsers.user(Forms.csrf(ctx))).orElse("");
    }

    void post(Context ctx, PendingPage page) {
        if (Forms.honeypotFilled(ctx)) {
            LoginPages.problem(ctx, 422, "This looks like a robot");
        } else if (page.step() == Step.USER_NAME) {
            flow.open(ctx, 200, page.of(Forms.user(ctx).orElse("")).at(Step.PASSWORD), "");
        } else {
            check(ctx, page.user().isEmpty() ? page.of(Forms.user(ctx).orElse("")) : page);
        }
    }

    private void check(Context ctx, PendingPage page) {
        String password = Optional.ofNullable(ctx.formParam("password")).orElse("");
        if (accounts.accepts(page.user(), password)) {
            flow.next(ctx, page);
        } else {
            flow.open(ctx, wrongPasswordStatus, again(ctx, page), WRONG);
        }
    }

    /** One form asks for both again; the second form of two asks for the password alone. */
    private static PendingPage again(Context ctx, PendingPage page) {
        return Forms.user(ctx).isPresent() ? page.of("") : page;
    }
}
