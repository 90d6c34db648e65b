package io.apikit.fuzz;

import io.apikit.auth.Pages;
import io.apikit.http.BackendResponse;
import io.apikit.testkit.identityprovider.HostilePage;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Makes what the servers of a login send: real pages and redirects, each with some mutations. Used by one thread. */
final class PageGrammar {
    /** The path that gives consent. No request may have it. */
    static final String CONSENT = "/give-consent";

    private static final String DJANGO = """
            <title>Log in | Django site admin</title><form action="/admin/login/?next=/admin/" method="post" id="login-form">
            <input type="hidden" name="csrfmiddlewaretoken" value="t0"><input type="text" name="username" autofocus required>
            <input type="password" name="password" required><input type="submit" value="Log in"></form>""";
    private static final String JUPYTERHUB = """
            <title>JupyterHub</title><form action="/hub/login?next=%2Fhub%2F" method="post" role="form">
            <input type="hidden" name="_xsrf" value="x"/><input id="username_input" type="text" name="username">
            <input type="password" name="password" id="password_input"><input type="submit" value="Sign in"></form>""";
    private static final String SAML = """
            <html><body onload="document.forms[0].submit()"><noscript><p>Press the Continue button once.</p></noscript>
            <form action="/saml/acs" method="post"><input type="hidden" name="RelayState" value="r"/>
            <input type="hidden" name="SAMLResponse" value="PHNhbWw+"/><noscript><input type="submit" value="Continue"/>
            </noscript></form></body></html>""";
    private static final String WS_FEDERATION = """
            <title>Working...</title><form method="POST" name="hiddenform" action="/wsfed"><input type="hidden" name="wa"
            value="wsignin1.0"><input type="hidden" name="wresult" value="x"><input type="hidden" name="wctx" value="y">
            </form><script language="javascript">window.setTimeout('document.forms[0].submit()', 0);</script>""";
    private static final String REFRESH = "<title>Wait</title><meta http-equiv=\"refresh\" content=\"0;url=/next\">";
    private static final String SCRIPT = "<script>window.location.replace('/next');</script>";

    private static final List<String> LOGINS = List.of(
            Pages.KEYCLOAK,
            Pages.KEYCLOAK_PASSKEYS,
            Pages.DEX,
            Pages.GITHUB,
            Pages.USER_NAME_FIRST,
            Pages.PASSWORD_SECOND,
            Pages.TWO_LOGINS,
            DJANGO,
            JUPYTERHUB);
    private static final List<String> HAND_OVERS =
            List.of(SAML, WS_FEDERATION, Pages.KERBEROS, Pages.FORM_POST, REFRESH, SCRIPT);
    private static final List<String> QUESTIONS = List.of(
            Pages.DEX_CHOICE,
            Pages.KEYCLOAK_PROVIDERS,
            Pages.CHOICE_BY_RADIO,
            Pages.CHOICE_BY_SELECT,
            Pages.OTP,
            Pages.WEBAUTHN,
            Pages.CHANGE_PASSWORD,
            Pages.ONE_NEW_PASSWORD,
            Pages.PROFILE,
            Pages.HTPASSWD,
            Pages.ERROR,
            Pages.SEARCH);
    private static final List<String> CONSENTS = List.of(
            Pages.DEX_APPROVAL.replace("<form method=post", "<form action=" + CONSENT + " method=post"),
            Pages.DEX_APPROVAL.replace("<form method=\"post\"", "<form action=\"" + CONSENT + "\" method=\"post\""),
            Pages.KEYCLOAK_CONSENT.replaceFirst("action=\"[^\"]*", "action=\"" + CONSENT),
            Pages.GITHUB_AUTHORIZE.replaceFirst("action=\"[^\"]*", "action=\"" + CONSENT),
            Pages.OIDC_PROVIDER_CONSENT.replaceFirst("action=\"[^\"]*", "action=\"" + CONSENT),
            "<title>Grant access</title><form method=get action=" + CONSENT + "><button>Allow</button></form>",
            "<h1>Authorize demo</h1><a href=" + CONSENT + ">Allow</a>");

    private final Dice dice;
    private final String home;
    private int mutations;

    /** @param home the address of the provider's pages, without a slash at its end */
    PageGrammar(Dice dice, String home) {
        this.dice = dice;
        this.home = home;
    }

    /** Returns how many mutations were made. */
    int mutations() {
        return mutations;
    }

    /** Returns the first response where a login begins with its page. */
    BackendResponse first() {
        return dice.percent(60) ? page(dice.of(LOGINS), true) : next();
    }

    /** Returns the next response of the provider, whatever was asked. */
    BackendResponse next() {
        var choice = dice.below(100);
        if (choice < 25) {
            return redirect();
        }
        if (choice < 65) {
            return page(dice.of(LOGINS), true);
        }
        if (choice < 80) {
            return page(dice.of(HAND_OVERS), true);
        }
        if (choice < 90) {
            return page(dice.of(CONSENTS), false);
        }
        return choice < 98
                ? page(dice.of(QUESTIONS), true)
                : page(HostilePage.random(new Random(dice.below(1_000_000)), 400), true);
    }

    private BackendResponse redirect() {
        mutations++;
        var to = dice.percent(95)
                ? address()
                : "/next?p=" + URLEncoder.encode(LoginPagesFuzzTest.PASSWORD, StandardCharsets.UTF_8);
        return response(dice.of(301, 302, 302, 303, 307, 308, 300, 304), "Location", to, "");
    }

    private BackendResponse page(String html, boolean mayLoseSigns) {
        var mutated = home.contains("/dex") && dice.percent(70) ? html.replace("action=\"/", "action=\"/dex/") : html;
        for (int i = dice.below(4); i > 0; i--) {
            mutations++;
            mutated = mayLoseSigns && dice.percent(15) ? cut(mutated) : mutated(mutated);
        }
        return response(dice.of(200, 200, 200, 200, 401, 403, 400), "Content-Type", type(), mutated);
    }

    private String type() {
        return dice.percent(90)
                ? "text/html; charset=utf-8"
                : dice.of("text/html", "text/html; charset=utf-16", "", "text/plain");
    }

    private BackendResponse response(int status, String header, String value, String body) {
        Map<String, List<String>> headers = new LinkedHashMap<>();
        headers.put(header, List.of(value));
        headers.put("Set-Cookie", cookies());
        if (dice.percent(4)) {
            mutations++;
            headers.put("Refresh", List.of("0;url=" + address()));
        }
        if (dice.percent(4)) {
            headers.put("WWW-Authenticate", List.of("Negotiate"));
        }
        return BackendResponse.of(status, headers, body.getBytes(StandardCharsets.UTF_8));
    }

    private List<String> cookies() {
        var cookies = new ArrayList<String>();
        for (int i = dice.below(3); i > 0; i--) {
            mutations++;
            cookies.add(dice.of("session", "_oauth2_proxy", "_oauth2_proxy_csrf", "__Host-x", "__Secure-y", "") + "="
                    + dice.word(6)
                    + "; Path=" + dice.of("/", "/login", "/dex", "")
                    + dice.of(
                            "",
                            "; Domain=app.test",
                            "; Domain=.idp.test",
                            "; Domain=test",
                            "; Domain=evil.test",
                            "; Domain=com",
                            "; Domain=",
                            "; Domain=idp.test.")
                    + dice.of("", "; Secure", "; HttpOnly; SameSite=None"));
        }
        return cookies;
    }

    /** Returns an address: of the provider, of another origin, or one that looks like another. */
    private String address() {
        return dice.of(
                "/next",
                "/login?x=" + dice.word(3),
                "?again",
                "",
                "#x",
                home + "/next",
                home + "/../next",
                home + "/%2e%2e/next",
                home + "/..%2fnext",
                home + "//evil.test/x",
                "https://idp.test/in",
                "https://IDP.TEST:443/in",
                "https://broker.test/in",
                "https://app.test/",
                "https://app.test/login",
                "https://app.test/dexter/in",
                "https://app.test/dex/../oauth2/sign_in",
                "https://app.test/oauth2/callback?code=c&state=s",
                "https://evil.test/x",
                "//evil.test/x",
                "\\\\evil.test\\x",
                "/\\evil.test/x",
                "https:/evil.test/x",
                "https:evil.test/x",
                "https:\\\\evil.test/x",
                "ht\ntps://evil.test/x",
                "\t//evil.test/x",
                "https://idp.test@evil.test/x",
                "https://idp.test:x@evil.test/x",
                "https://evil.test\\@idp.test/x",
                "https://idp.test.evil.test/x",
                "https://evil.test#@idp.test/",
                "https://evil.test?@idp.test/",
                "https://idp.test%2eevil.test/",
                "https://idp.test:8443/x",
                "http://idp.test/x",
                "http://127.0.0.1:1/x",
                "//idp.test/x",
                "https://idp\u3002test/x",
                "https://\uff49dp.test/x",
                "javascript:document.forms[0].submit()",
                "data:text/html,x",
                "mailto:x@evil.test");
    }

    private String attribute() {
        return address().replace("&", "&amp;").replace("'", "&#39;");
    }

    private String mutated(String html) {
        return switch (dice.below(16)) {
            case 0, 1, 2 -> withAction(html);
            case 3 ->
                html.replaceFirst("(?i)method=\"?post\"?", dice.of("method=get", "", "method=dialog", "method=put"));
            case 4 -> "<base href='" + attribute() + "'>" + html;
            case 5 -> html + "<script>document.forms[" + dice.below(3) + "].submit()</script>";
            case 6 -> "<body onload='document.forms[0].submit()'>" + html;
            case 7 -> "<meta http-equiv=refresh content='" + dice.below(4) + ";url=" + attribute() + "'>" + html;
            case 8 -> withField(html);
            case 9 -> dice.percent(50) ? form() + html : html + form();
            case 10 -> "<noscript>" + html + "</noscript>";
            case 11 -> withButton(html);
            case 12 -> html.replaceFirst("<form", "<form enctype=" + dice.of("multipart/form-data", "text/plain", "x"));
            case 13 ->
                html.replaceFirst("<form", "<form accept-charset=" + dice.of("utf-16", "iso-8859-1", "utf-7", "nope"));
            case 14 -> html.replaceFirst("type=\"password\"", "type=\"" + dice.of("text", "PASSWORD", "hidden") + "\"");
            default ->
                "<a href='" + attribute() + "'>Log in with local</a>" + html + "<script>location='" + attribute()
                        + "'</script>";
        };
    }

    /** A page for consent keeps its form's target, which the judge knows. */
    private String withAction(String html) {
        return html.contains(CONSENT)
                ? html.replace("hidden", dice.of("HIDDEN", "hidden disabled"))
                : html.replaceFirst(
                        "action=\"[^\"]*\"", "action='" + attribute().replace("$", "") + "'");
    }

    private String withField(String html) {
        var field = dice.of(
                "<input type=hidden name=SAMLResponse value=x>",
                "<input type=hidden name=code value=x><input type=hidden name=state value=y>",
                "<input type=hidden name=wa value=x><input type=hidden name=wresult value=y>",
                "<input type=hidden name=back value='" + LoginPagesFuzzTest.PASSWORD.replace("&", "&amp;") + "'>",
                "<input type=password name=again>",
                "<input type=checkbox name=remember checked>",
                "<input type=checkbox name=consent value=" + CONSENT + " checked>",
                "<input type=hidden name=approval value=approve><input type=hidden name=x value=" + CONSENT + ">",
                "<div class=g-recaptcha></div>");
        return html.replaceFirst("</form>", field + "</form>");
    }

    private String withButton(String html) {
        return html.replaceFirst(
                "</form>",
                "<button name=b value=c formaction='" + attribute().replace("$", "")
                        + "' formmethod=post>Log in</button></form>");
    }

    private String form() {
        return "<form method=post action='" + attribute() + "'" + dice.of("", " hidden", " id=f class=tab-pane")
                + "><input name=username><input type=password name=password></form>";
    }

    private String cut(String html) {
        int from = dice.below(html.length());
        int to = Math.min(html.length(), from + 1 + dice.below(30));
        return dice.percent(50)
                ? html.substring(0, from) + html.substring(to)
                : html.substring(0, to) + html.substring(from);
    }
}
