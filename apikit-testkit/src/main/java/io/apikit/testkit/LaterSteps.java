package io.apikit.testkit;

import io.javalin.http.Context;

/** The pages behind the right password: one-time code, new password, consent. */
final class LaterSteps {
    private final Accounts accounts;
    private final LoginFlow flow;

    LaterSteps(Accounts accounts, LoginFlow flow) {
        this.accounts = accounts;
        this.flow = flow;
    }

    void otp(Context ctx, PendingPage page) {
        if (FakeIdentityProvider.ONE_TIME_CODE.equals(ctx.formParam("otp"))) {
            flow.next(ctx, page);
        } else {
            flow.open(ctx, 200, page, "Invalid one-time code.");
        }
    }

    void changePassword(Context ctx, PendingPage page) {
        String chosen = ctx.formParam("password-new");
        if (chosen != null && !chosen.isEmpty() && chosen.equals(ctx.formParam("password-confirm"))) {
            accounts.named(page.user()).password(chosen);
            flow.next(ctx, page);
        } else {
            flow.open(ctx, 200, page, "The passwords do not match.");
        }
    }

    void consent(Context ctx, PendingPage page) {
        if ("approve".equals(ctx.formParam("decision"))) {
            flow.next(ctx, page);
        } else {
            page.request().answer(ctx, "error", "access_denied");
        }
    }
}
