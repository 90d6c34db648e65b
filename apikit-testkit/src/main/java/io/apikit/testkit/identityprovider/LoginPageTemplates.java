package io.apikit.testkit.identityprovider;

import io.apikit.testkit.internal.HtmlTemplate;
import io.javalin.http.Context;
import java.util.Map;
import java.util.stream.Collectors;

/** The HTML of the identity provider's pages. */
final class LoginPageTemplates {
    private static final String COMMENT_OF_1_MIB = "<!-- " + "x".repeat(1024 * 1024) + " -->\n";

    private LoginPageTemplates() {}

    /** Writes the page of a step. The message, if any, is above the form. */
    static void show(Context ctx, int status, LoginPageKind kind, LoginStep step, String csrf, String message) {
        HtmlTemplate.send(
                ctx, status, title(step), "<p>" + HtmlTemplate.escape(message) + "</p>\n" + form(kind, step, csrf));
    }

    static void problem(Context ctx, int status, String title) {
        HtmlTemplate.send(ctx, status, title, "<p>The identity provider cannot go on with this login.</p>");
    }

    static void noForm(Context ctx) {
        HtmlTemplate.send(ctx, 200, "Welcome", "<p>Nothing to fill in here.</p>");
    }

    /** Writes links that keep the query of the authorization request. */
    static void connectors(Context ctx) {
        String query = HtmlTemplate.escape(String.valueOf(ctx.queryString()));
        HtmlTemplate.send(
                ctx,
                200,
                "Log in to dex",
                CONNECTOR.formatted("ldap", query, "LDAP") + CONNECTOR.formatted("local", query, "Email"));
    }

    /** Writes a form that a browser submits by itself. */
    static void autoSubmit(Context ctx, String action, Map<String, String> fields) {
        String inputs = fields.entrySet().stream()
                .map(field -> HtmlTemplate.hidden(field.getKey(), field.getValue()))
                .collect(Collectors.joining("\n"));
        String form = """
                <form method="post" action="%s">
                %s
                <noscript><button type="submit">Continue</button></noscript>
                </form>
                <script>document.forms[0].submit()</script>""".formatted(HtmlTemplate.escape(action), inputs);
        HtmlTemplate.send(ctx, 200, "Submit this form", form);
    }

    private static String title(LoginStep step) {
        return switch (step) {
            case USER_NAME, PASSWORD -> "Sign in to your account";
            case SECOND_FACTOR -> "Two-factor authentication";
            case NEW_PASSWORD -> "Update password";
            case CONSENT -> "Grant access";
        };
    }

    private static String form(LoginPageKind kind, LoginStep step, String csrf) {
        return switch (step) {
            case USER_NAME -> posting("login", csrfField(kind, csrf), USER_NAME.formatted(kind.userField()));
            case PASSWORD -> passwordForm(kind, csrf);
            case SECOND_FACTOR -> posting("otp", HtmlTemplate.hidden("csrf_token", csrf), OTP);
            case NEW_PASSWORD -> posting("change-password", HtmlTemplate.hidden("csrf_token", csrf), NEW_PASSWORD);
            case CONSENT -> posting("consent", HtmlTemplate.hidden("csrf_token", csrf), CONSENT);
        };
    }

    private static String passwordForm(LoginPageKind kind, String csrf) {
        String csrfField = csrfField(kind, csrf);
        String both = USER_NAME_FIELD.formatted(kind.userField()) + PASSWORD;
        return switch (kind) {
            case USERNAME_FIRST -> posting("login", csrfField, PASSWORD);
            case WITH_HONEYPOT -> SEARCH + posting("login", csrfField, both + HONEYPOT.formatted(HONEYPOT_FIELD));
            case HUGE -> COMMENT_OF_1_MIB + posting("login", csrfField, both);
            default -> posting("login", csrfField, both);
        };
    }

    private static String csrfField(LoginPageKind kind, String csrf) {
        return kind == LoginPageKind.CSRF_FIELD_MISSING ? "" : HtmlTemplate.hidden(kind.csrfField(), csrf);
    }

    /**
     * The action has a query, as Keycloak's has. A client has to unescape and to keep it. It is relative, so that the provider
     * can be served below a path.
     */
    private static String posting(String path, String csrfField, String fields) {
        return """
                <form id="kc-form" method="post" action="%s?client_id=fake&amp;tab_id=1">
                %s
                %s</form>""".formatted(path, csrfField, fields);
    }

    private static final String CONNECTOR = """
            <div class="theme-form-row"><a href="authorize-%s?%s" target="_self">
            <button class="dex-btn theme-btn-provider"><span class="dex-btn-text">Log in with %s</span></button></a></div>
            """;

    private static final String USER_NAME = """
            <label>User name <input type="text" name="%s" autocomplete="username" autofocus></label>
            <button type="submit" name="next" value="next">Next</button>
            """;

    private static final String USER_NAME_FIELD = """
            <label>User name <input type="text" name="%s" autocomplete="username" autofocus></label>
            """;

    private static final String PASSWORD = """
            <label>Password <input type="password" name="password" autocomplete="current-password"></label>
            <input type="submit" name="commit" value="Sign in">
            """;

    static final String HONEYPOT_FIELD = "required_field_0a1b";

    private static final String HONEYPOT = """
            <input type="text" name="%s" hidden="hidden" class="form-control">
            <input type="hidden" name="timestamp" value="1700000000000">
            """;

    private static final String SEARCH = """
            <form method="get" action="/search"><input type="text" name="q"></form>
            """;

    private static final String OTP = """
            <label>One-time code <input type="text" name="otp" autocomplete="one-time-code" inputmode="numeric"></label>
            <button type="submit">Verify</button>
            """;

    private static final String NEW_PASSWORD = """
            <label>New password <input type="password" name="password-new" autocomplete="new-password"></label>
            <label>Again <input type="password" name="password-confirm" autocomplete="new-password"></label>
            <button type="submit">Submit</button>
            """;

    private static final String CONSENT = """
            <input type="hidden" name="scope" value="openid email profile">
            <button type="submit" name="decision" value="approve">Grant access</button>
            <button type="submit" name="decision" value="deny">Deny</button>
            """;
}
