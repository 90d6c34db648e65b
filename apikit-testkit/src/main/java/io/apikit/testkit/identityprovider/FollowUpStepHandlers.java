package io.apikit.testkit.identityprovider;

import io.javalin.http.Context;
import java.util.function.BiConsumer;

/** Handles the pages that can follow the password: one-time code, new password, consent. */
final class FollowUpStepHandlers {
    private final BiConsumer<String, String> changePassword;
    private final LoginFlow flow;

    /** @param changePassword takes the user and the new password */
    FollowUpStepHandlers(BiConsumer<String, String> changePassword, LoginFlow flow) {
        this.changePassword = changePassword;
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
            changePassword.accept(page.user(), chosen);
            flow.next(ctx, page);
        } else {
            flow.open(ctx, 200, page, "The passwords do not match.");
        }
    }

    void consent(Context ctx, PendingPage page) {
        if ("approve".equals(ctx.formParam("decision"))) {
            flow.next(ctx, page);
        } else {
            page.request().redirectBack(ctx, "error", "access_denied");
        }
    }
}
