package io.apikit.auth.internal.browser;

import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.auth.Pages;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Pages that go on by themselves, and those that only look as if they did. */
class HandOverTest {
    private static final String AT = "https://idp.test/a/page?x=1";
    private static final String HIDDEN = "<form method=post action=/next><input type=hidden name=t value=1></form>";
    private static final String SUBMIT = "<script>document.forms[0].submit()</script>";

    private static LoginPage page(String html) {
        return page(html, Optional.empty());
    }

    private static LoginPage page(String html, Optional<String> refresh) {
        var allowed = new LoginOrigins("https://app.test", Set.of("https://idp.test"));
        var settings = PageLogin.Settings.consenting(false);
        return LoginPage.of(
                new HtmlPage(Address.of(AT), html, Optional.empty()),
                new LoginPage.Situation(allowed, settings, true, false, Optional.empty(), refresh));
    }

    private static String step(LoginPage page) {
        assertThat(page).isInstanceOf(LoginPage.GoesOn.class);
        var step = ((LoginPage.GoesOn) page).step();
        assertThat(step.hasCredentials()).isFalse();
        return step.method() + " " + step.address().target() + " " + step.form();
    }

    static Stream<Arguments> forms() {
        return Stream.of(
                goesOn("the body's event", "<body onload='document.forms[0].submit()'>" + HIDDEN, "t=1"),
                goesOn("a script behind it", HIDDEN + SUBMIT, "t=1"),
                goesOn(
                        "the form of a name",
                        "<form id=a action=/a></form><form id=b method=post action=/next><input type=hidden name=t value=2></form>"
                                + "<script>document.getElementById('b').submit()</script>",
                        "t=2"),
                goesOn(
                        "the form of a number",
                        "<form action=/a></form>" + HIDDEN + "<script>document.forms[1].submit()</script>",
                        "t=1"),
                goesOn(
                        "a visible button beside the script",
                        "<form method=post action=/next><input type=hidden name=t value=1>"
                                + "<input type=submit name=go value=Continue></form>" + SUBMIT,
                        "t=1"),
                goesOn(
                        "a click on its button",
                        "<form method=post action=/next><input type=hidden name=t value=1><button id=go name=b value=2>Go</button>"
                                + "</form><script>document.getElementById('go').click()</script>",
                        "t=1&b=2"),
                goesOn(
                        "a button for browsers without script",
                        "<form method=post action=/next><input type=hidden name=t value=1>"
                                + "<noscript><button name=b value=2>Continue</button></noscript></form><script src=/s.js></script>",
                        "t=1&b=2"),
                goesOn(
                        "a text for browsers without script",
                        "<noscript><p>Press the button once to proceed.</p></noscript><form method=post action=/next>"
                                + "<input type=hidden name=t value=1><input type=submit value=Continue></form>",
                        "t=1"),
                goesOn(
                        "a form for browsers without script",
                        "<noscript><form method=post action=/next><input type=hidden name=t value=1><button>Go</button></form>"
                                + "</noscript>",
                        "t=1"),
                goesOn(
                        "a SAML request",
                        "<form method=post action=/next><input type=hidden name=SAMLRequest value='a+/='></form>",
                        "SAMLRequest=a%2B%2F%3D"),
                goesOn(
                        "a SAML response, with a search field elsewhere",
                        "<form action=/s><input type=search name=s></form><form method=post action=/next>"
                                + "<input type=hidden name=SAMLResponse value=r><input type=hidden name=RelayState value=s></form>",
                        "SAMLResponse=r&RelayState=s"),
                goesOn(
                        "WS-Federation",
                        "<form method=post action=/next><input type=hidden name=wa value=w><input type=hidden name=wctx value=c>"
                                + "</form>",
                        "wa=w&wctx=c"),
                goesOn(
                        "a callback with a token",
                        "<form method=post action=/next><input type=hidden name=id_token value=i></form>",
                        "id_token=i"),
                goesOn(
                        "a callback with a signed response",
                        "<form method=post action=/next><input type=hidden name=state value=s>"
                                + "<input type=hidden name=response value=j></form>",
                        "state=s&response=j"),
                goesOn(
                        "one form twice",
                        "<form method=post action=/next><input type=hidden name=SAMLRequest value=a></form>".repeat(2),
                        "SAMLRequest=a"),
                goesOn("Keycloak without Kerberos", Pages.KERBEROS, ""),
                goesOn(
                        "a form in upper case",
                        "<BODY ONLOAD=\"document.forms[0].submit()\"><FORM METHOD=\"POST\" ACTION=\"/next\">"
                                + "<INPUT TYPE=\"HIDDEN\" NAME=\"SAMLRequest\" VALUE=\"r\"/></FORM>",
                        "SAMLRequest=r"));
    }

    private static Arguments goesOn(String what, String html, String form) {
        return Arguments.of(what, html, form);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("forms")
    void aFormIsSentByItself(String what, String html, String form) {
        assertThat(step(page(html))).isEqualTo("POST /next " + form);
    }

    static Stream<Arguments> others() {
        return Stream.of(
                is("nothing that says so", HIDDEN, LoginPage.Unexpected.class),
                is(
                        "a field",
                        "<form method=post action=/next><input name=x></form>" + SUBMIT,
                        LoginPage.Unexpected.class),
                is(
                        "a field elsewhere",
                        HIDDEN + "<form action=/o><input name=tenant></form>" + SUBMIT,
                        LoginPage.Unexpected.class),
                is("a field in no form", HIDDEN + "<input name=tenant>" + SUBMIT, LoginPage.Unexpected.class),
                is("a login beside it", HIDDEN + Pages.DEX + SUBMIT, LoginPage.PasswordForm.class),
                is(
                        "a password",
                        "<form method=post action=/next><input type=password name=p value=x hidden></form>" + SUBMIT,
                        LoginPage.Unexpected.class),
                is(
                        "two buttons",
                        "<form method=post action=/next><button name=a>Yes</button><button name=b>Later</button></form>"
                                + SUBMIT,
                        LoginPage.Unexpected.class),
                is(
                        "a button that goes back",
                        "<form method=post action=/next><button name=a>Cancel</button></form>" + SUBMIT,
                        LoginPage.Consent.class),
                is(
                        "a script that waits for a click",
                        HIDDEN + "<script>a.onclick = function() { document.forms[0].submit(); }</script>",
                        LoginPage.Unexpected.class),
                is(
                        "two forms, and none is named",
                        HIDDEN + HIDDEN.replace("/next", "/other") + "<script>form.submit()</script>",
                        LoginPage.Unexpected.class),
                is(
                        "a form with a field that is named",
                        HIDDEN + "<form id=b><input type=search name=q></form>"
                                + "<script>document.getElementById('b').submit()</script>",
                        LoginPage.Unexpected.class),
                is("a passkey", Pages.WEBAUTHN + SUBMIT, LoginPage.SecondFactor.class),
                is("a push", Pages.PUSH + HIDDEN + SUBMIT, LoginPage.SecondFactor.class),
                is("terms", HIDDEN.replace("/next", "/required-action") + SUBMIT, LoginPage.AccountAction.class),
                is("a captcha", HIDDEN + "<div class=g-recaptcha></div>" + SUBMIT, LoginPage.Captcha.class),
                is("a template", "<template>" + HIDDEN + "</template>" + SUBMIT, LoginPage.Unexpected.class),
                is("a later refresh", "<meta http-equiv=refresh content='11;url=/a'>", LoginPage.Unexpected.class),
                is("a page that waits", "<meta http-equiv=refresh content=3>", LoginPage.Unexpected.class),
                is(
                        "a script's address",
                        "<meta http-equiv=refresh content='0;javascript:x'>",
                        LoginPage.Unexpected.class),
                is("a meta that is none", "<meta name=refresh content='0;url=/a'>", LoginPage.Unexpected.class),
                is(
                        "a login with a refresh",
                        "<meta http-equiv=refresh content='5;url=/a'>" + Pages.DEX,
                        LoginPage.PasswordForm.class),
                is(
                        "a text beside the address",
                        "<p>Hello</p><script>location='/a'</script>",
                        LoginPage.Unexpected.class),
                is("a form beside the address", HIDDEN + "<script>location='/a'</script>", LoginPage.Unexpected.class),
                is(
                        "two addresses",
                        "<script>if (x) location='/a'; else location='/b'</script>",
                        LoginPage.Unexpected.class),
                is("a frame", "<frameset><frame src=/login></frameset>", LoginPage.Unexpected.class),
                is("a frame of the whole page", "<iframe src=/login></iframe>", LoginPage.Unexpected.class));
    }

    private static Arguments is(String what, String html, Class<?> kind) {
        return Arguments.of(what, html, kind);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("others")
    void aPageThatAsksOrWaitsDoesNotGoOn(String what, String html, Class<?> kind) {
        assertThat(page(html)).isInstanceOf(kind);
    }

    /** Whatever a page for consent has besides, it is one as long as one sign of it is left. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "<title>Grant access</title>%s",
                "<h1>Authorize demo</h1>%s",
                "<p>Demo would like to see your profile.</p>%s",
                "<p>Demo wants to access your account.</p>%s",
                "%s<noscript>Click to give your consent.</noscript>",
                "<form method=post action=/next><input type=hidden name=SAMLResponse value=x><button>Allow</button></form>",
                "<form method=post action=/next><input type=hidden name=SAMLResponse value=x>"
                        + "<div hidden><button>Approve</button></div></form>",
                "<form method=post action=/consent><input type=hidden name=code value=x><input type=hidden name=state></form>",
                "<form method=post action=/next><input type=hidden name=approval value=approve></form>",
                "<form method=post action=/next><input type=hidden name=prompt value=consent>"
                        + "<input type=hidden name=SAMLResponse value=x><button>Continue</button></form>",
                "<form method=post action=/next><input type=hidden name=SAMLResponse value=x>"
                        + "<button formaction='/consent?x=1'>Continue</button></form>",
                "<form method=post action=/next><input type=hidden name=state value=x><input type=hidden name=code value=x>"
                        + "<noscript><button>Accept</button></noscript></form>",
            })
    void aPageForConsentNeverGoesOn(String html) {
        var all = html.replace("%s", HIDDEN.replace("name=t", "name=SAMLRequest"))
                + "<script>document.forms[0].submit()</script><meta http-equiv=refresh content='0;url=/next'>";

        assertThat(page(all, Optional.of("0;url=/next"))).isInstanceOf(LoginPage.Consent.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<meta http-equiv=refresh content='0;url=/next'>",
                "<META HTTP-EQUIV=' Refresh ' CONTENT='3; URL=/next'>",
                "<head><noscript><meta http-equiv=refresh content='0;url=/next'></noscript></head>",
                "<body><noscript><meta http-equiv=refresh content=\"0;url='/next'\"></noscript></body>",
                "<base href=/b/><meta http-equiv=refresh content='0;url=../next'>",
                "<meta http-equiv=refresh content=x><meta http-equiv=refresh content='1;/next'>",
                "<meta http-equiv=refresh content='0;url=/next'><meta http-equiv=refresh content='0;url=/other'>",
                "<p>Redirecting to <a href=/next>the next page</a></p><meta http-equiv=refresh content='5;url=/next'>",
                "<script>location='/next'</script>",
                "<title>Wait</title><body onload=\"location.replace('/next')\"><noscript>No script</noscript>",
                "<script>setTimeout(function() { window.location.href = '\\/next'; }, 100)</script>",
            })
    void anAddressIsGoneTo(String html) {
        assertThat(step(page(html))).isEqualTo("GET /next ");
    }

    @Test
    void aHeaderIsGoneByToo() {
        assertThat(step(page("<p>Wait", Optional.of("2; url=/next")))).isEqualTo("GET /next ");
        assertThat(step(page("<meta http-equiv=refresh content='0;url=/other'>", Optional.of("0;url=/next"))))
                .isEqualTo("GET /next ");
        assertThat(step(page("", Optional.of("0")))).isEqualTo("GET /a/page?x=1 ");
        assertThat(page(Pages.DEX, Optional.of("0;url=/next"))).isInstanceOf(LoginPage.PasswordForm.class);
    }
}
