package io.apikit.testkit;

import io.javalin.http.Context;
import java.util.Optional;

/** The way through the pages of a login: from the authorization request to the code. */
final class LoginFlow {
    private final Accounts accounts;
    private final LoginRequirements requirements;
    private final Browsers browsers;
    private final Codes codes;
    private final LoginGate gate;
    private volatile LoginPage kind = LoginPage.STANDARD;

    LoginFlow(Accounts accounts, LoginRequirements requirements, Browsers browsers, Codes codes, LoginGate gate) {
        this.accounts = accounts;
        this.requirements = requirements;
        this.browsers = browsers;
        this.codes = codes;
        this.gate = gate;
    }

    void show(LoginPage page) {
        kind = page;
    }

    /** The first page, or none where the browser is signed on already. */
    void begin(Context ctx, AuthorizationRequest asked) {
        LoginPage page = kind;
        AuthorizationRequest request = page == LoginPage.FORM_POST ? asked.withFormPost() : asked;
        String browser = browsers.of(ctx);
        Optional<String> user = browsers.signedOn(browser).filter(accounts::active);
        if (user.isPresent()) {
            next(ctx, new PendingPage(browser, request, Step.PASSWORD, user.orElseThrow(), false));
        } else if (page == LoginPage.NO_FORM) {
            LoginPages.noForm(ctx);
        } else {
            Step first = page == LoginPage.USERNAME_FIRST ? Step.USER_NAME : Step.PASSWORD;
            open(ctx, 200, new PendingPage(browser, request, first, "", true), "");
        }
    }

    /** Goes on behind the finished step of the page: the next page that this user has to see, or back to the client. */
    void next(Context ctx, PendingPage done) {
        for (Step step : Step.values()) {
            boolean signOnSkipsIt = !done.byPassword() && step == Step.SECOND_FACTOR;
            if (step.compareTo(done.step()) > 0 && !signOnSkipsIt && requirements.contains(done.user(), step)) {
                open(ctx, 200, done.at(step), "");
                return;
            }
        }
        finish(ctx, done);
    }

    /** Shows a page, under a fresh CSRF token. */
    void open(Context ctx, int status, PendingPage page, String message) {
        LoginPages.show(ctx, status, kind, page.step(), browsers.open(page), message);
    }

    private void finish(Context ctx, PendingPage done) {
        browsers.signOn(done.browser(), done.user());
        if (done.byPassword()) {
            gate.succeeded(done.user());
        }
        AuthorizationRequest request = done.request();
        request.answer(ctx, "code", codes.issue(done.user(), request.redirectUri()));
    }
}
