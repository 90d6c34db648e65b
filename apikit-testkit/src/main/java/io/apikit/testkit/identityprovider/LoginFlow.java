package io.apikit.testkit.identityprovider;

import io.apikit.testkit.internal.LoginGate;
import io.apikit.testkit.internal.TestAccounts;
import io.javalin.http.Context;
import java.util.Optional;

/** The order of the pages of a login, from the authorization request to the code. */
final class LoginFlow {
    private final TestAccounts accounts;
    private final LoginRequirements requirements;
    private final BrowserSessions browsers;
    private final AuthorizationCodes codes;
    private final LoginGate gate;
    private volatile LoginPageKind kind = LoginPageKind.STANDARD;

    LoginFlow(
            TestAccounts accounts,
            LoginRequirements requirements,
            BrowserSessions browsers,
            AuthorizationCodes codes,
            LoginGate gate) {
        this.accounts = accounts;
        this.requirements = requirements;
        this.browsers = browsers;
        this.codes = codes;
        this.gate = gate;
    }

    void show(LoginPageKind page) {
        kind = page;
    }

    /** Shows the first page. A browser that is signed on goes on to the steps after the password. */
    void begin(Context ctx, AuthorizationRequest asked, boolean hasConnector) {
        LoginPageKind page = kind;
        AuthorizationRequest request = page == LoginPageKind.FORM_POST ? asked.withFormPost() : asked;
        String browser = browsers.of(ctx);
        Optional<String> user = browsers.signedOn(browser).filter(accounts::active);
        if (user.isPresent()) {
            next(ctx, new PendingPage(browser, request, LoginStep.PASSWORD, user.orElseThrow(), false));
        } else if (page == LoginPageKind.NO_FORM) {
            LoginPageTemplates.noForm(ctx);
        } else if (page == LoginPageKind.CONNECTORS && !hasConnector) {
            LoginPageTemplates.connectors(ctx);
        } else {
            LoginStep first = page == LoginPageKind.USERNAME_FIRST ? LoginStep.USER_NAME : LoginStep.PASSWORD;
            open(ctx, 200, new PendingPage(browser, request, first, "", true), "");
        }
    }

    /** Shows the next page that this user has to see after the step of this one, or goes back to the client. */
    void next(Context ctx, PendingPage done) {
        for (LoginStep step : LoginStep.values()) {
            boolean signOnSkipsIt = !done.byPassword() && step == LoginStep.SECOND_FACTOR;
            if (step.compareTo(done.step()) > 0 && !signOnSkipsIt && requirements.contains(done.user(), step)) {
                open(ctx, 200, done.at(step), "");
                return;
            }
        }
        finish(ctx, done);
    }

    /** Shows a page, with a new CSRF token. */
    void open(Context ctx, int status, PendingPage page, String message) {
        LoginPageTemplates.show(ctx, status, kind, page.step(), browsers.open(page), message);
    }

    private void finish(Context ctx, PendingPage done) {
        browsers.signOn(done.browser(), done.user());
        if (done.byPassword()) {
            gate.succeeded(done.user());
        }
        AuthorizationRequest request = done.request();
        request.redirectBack(ctx, "code", codes.issue(done.user(), request.redirectUri()));
    }
}
