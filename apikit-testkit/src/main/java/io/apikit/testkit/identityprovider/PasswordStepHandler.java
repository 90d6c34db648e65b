package io.apikit.testkit.identityprovider;

import io.apikit.testkit.internal.TestAccounts;
import io.javalin.http.Context;
import java.util.Optional;

/** Handles what is posted to the login form: a user name, a password or both. */
final class PasswordStepHandler {
    private static final String WRONG = "Invalid user name or password.";

    private final TestAccounts accounts;
    private final BrowserSessions browsers;
    private final LoginFlow flow;
    private final int wrongPasswordStatus;

    PasswordStepHandler(TestAccounts accounts, BrowserSessions browsers, LoginFlow flow, int wrongPasswordStatus) {
        this.accounts = accounts;
        this.browsers = browsers;
        this.flow = flow;
        this.wrongPasswordStatus = wrongPasswordStatus;
    }

    /** Returns the credentials in this request; empty if it has no password. */
    Optional<LoginPost> posted(Context ctx) {
        return Optional.ofNullable(ctx.formParam("password"))
                .map(password -> new LoginPost(user(ctx), password, LoginFormFields.csrf(ctx)));
    }

    private String user(Context ctx) {
        return LoginFormFields.user(ctx)
                .or(() -> browsers.user(LoginFormFields.csrf(ctx)))
                .orElse("");
    }

    void post(Context ctx, PendingPage page) {
        if (LoginFormFields.honeypotFilled(ctx)) {
            LoginPageTemplates.problem(ctx, 422, "This looks like a robot");
        } else if (page.step() == LoginStep.USER_NAME) {
            flow.open(ctx, 200, page.of(LoginFormFields.user(ctx).orElse("")).at(LoginStep.PASSWORD), "");
        } else {
            check(ctx, page.user().isEmpty() ? page.of(LoginFormFields.user(ctx).orElse("")) : page);
        }
    }

    private void check(Context ctx, PendingPage page) {
        String password = Optional.ofNullable(ctx.formParam("password")).orElse("");
        if (accounts.accepts(page.user(), password)) {
            flow.next(ctx, page);
        } else {
            flow.open(ctx, wrongPasswordStatus, retry(ctx, page), WRONG);
        }
    }

    /** The one form asks for both again, the second of two forms for the password alone. */
    private static PendingPage retry(Context ctx, PendingPage page) {
        return LoginFormFields.user(ctx).isPresent() ? page.of("") : page;
    }
}
