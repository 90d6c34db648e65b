package io.apikit.auth;

/** Pages as identity providers show them, cut to what matters. */
public final class Pages {
    private Pages() {}

    public static final String KEYCLOAK = """
            <title>Sign in to demo</title>
            <form id="kc-form-login" method="post"
                action="https://sso.test/realms/demo/login-actions/authenticate?session_code=abc&amp;execution=1">
              <input tabindex="2" id="username" name="username" value="" type="text" autocomplete="username" autofocus>
              <input tabindex="3" id="password" name="password" type="password" autocomplete="current-password">
              <button type="button" aria-label="Show password" data-password-toggle></button>
              <input tabindex="5" id="rememberMe" name="rememberMe" type="checkbox"> Remember me
              <input type="hidden" id="id-hidden-input" name="credentialId">
              <input tabindex="7" name="login" id="kc-login" type="submit" value="Sign In">
            </form>""";

    public static final String KEYCLOAK_PASSKEYS = """
            <title>Sign in to demo</title>
            <form id="webauth" action="https://sso.test/realms/demo/login-actions/authenticate" method="post">
              <input type="hidden" name="clientDataJSON"><input type="hidden" name="authenticatorData">
            </form>
            <form id="kc-form-login" method="post" action="https://sso.test/realms/demo/login-actions/authenticate">
              <input name="username" type="text" autocomplete="username webauthn">
              <input name="password" type="password" autocomplete="current-password">
              <button name="login" type="submit">Sign In</button>
            </form>""";

    public static final String DEX = """
            <title>dex</title><h2>Log in to Your Account</h2>
            <form method="post" action="/auth/local/login?back=&amp;state=xyz">
              <input tabindex="1" required id="login" name="login" type="text" placeholder="email address">
              <input tabindex="2" required id="password" name="password" type="password" placeholder="password">
              <button tabindex="3" id="submit-login" type="submit">Login</button>
            </form>""";

    public static final String GITHUB = """
            <title>Sign in to GitHub</title>
            <form action="/search"><input type="text" name="q"></form>
            <form action="/session" accept-charset="UTF-8" method="post">
              <input type="hidden" name="authenticity_token" value="tok+/=">
              <input type="text" name="login" id="login_field" autocapitalize="off" autocomplete="username">
              <input type="password" name="password" id="password" autocomplete="current-password">
              <input type="hidden" name="webauthn-conditional" value="undefined">
              <input type="hidden" name="webauthn-support" value="unknown">
              <input type="text" name="required_field_0a1b" hidden="hidden" class="form-control">
              <input type="hidden" name="timestamp" value="1700000000000">
              <input type="submit" name="commit" value="Sign in">
            </form>""";

    public static final String USER_NAME_FIRST = """
            <form method="post" action="/identifier"><input type="hidden" name="csrf" value="c">
              <input type="email" name="identifier"><button name="next" value="1">Next</button></form>""";

    public static final String USER_NAME_PASSKEY = """
            <form id="webauth" method="post"><input type="hidden" name="authenticatorData"></form>
            <form method="post" action="/identifier"><input type="text" name="username" autocomplete="username webauthn">
              <div style="position:absolute; left: -9999px"><input type="password" name="passwd"></div>
              <button>Next</button></form>""";

    public static final String PASSWORD_SECOND = """
            <form method="post" action="/password"><input type="hidden" name="username" value="alice">
              <input type="password" name="password"><button>Sign in</button></form>""";

    public static final String OTP = """
            <title>Sign in to demo</title>
            <form id="kc-otp-login-form" method="post" action="https://sso.test/realms/demo/login-actions/authenticate">
              <input id="otp" name="otp" autocomplete="one-time-code" type="text">
              <input name="login" type="submit" value="Sign In"></form>""";

    public static final String APP_OTP = """
            <title>Two-factor authentication</title><form method="post" action="/sessions/two-factor">
              <input type="text" name="app_otp" id="app_totp" inputmode="numeric"><button>Verify</button></form>""";

    public static final String PASSWORD_AND_CODE = """
            <form method="post"><input name="username"><input type="password" name="password">
              <input type="text" name="otpCode"><button>Log in</button></form>""";

    public static final String WEBAUTHN = """
            <title>Sign in to demo</title>
            <form id="webauth" action="https://sso.test/realms/demo/login-actions/authenticate" method="post">
              <input type="hidden" name="clientDataJSON"><input type="hidden" name="authenticatorData">
              <input type="hidden" name="signature"></form>
            <input id="authenticateWebAuthnButton" type="button" value="Sign in with Security Key">""";

    public static final String DEVICE = """
            <title>Check your mail</title><form method="post" action="/sessions/verified-device">
              <input type="text" name="code"><button>Verify</button></form>""";

    public static final String PUSH = """
            <title>Two-step verification</title><p>Tap the number on your phone.</p>""";

    public static final String DEX_APPROVAL = """
            <title>dex</title><h2>Grant Access</h2>
            <form method="post"><input type="hidden" name="req" value="r"><input type="hidden" name="approval" value="rejected">
              <button type="submit">Cancel</button></form>
            <form method="post"><input type="hidden" name="req" value="r"><input type="hidden" name="approval" value="approve">
              <button type="submit"><span>Grant Access</span></button></form>""";

    public static final String KEYCLOAK_CONSENT = """
            <form action="https://sso.test/realms/demo/login-actions/consent?client_id=a" method="POST">
              <input type="hidden" name="code" value="c">
              <input name="cancel" id="kc-cancel" type="submit" value="No">
              <input name="accept" id="kc-login" type="submit" value="Yes"></form>""";

    public static final String GITHUB_AUTHORIZE = """
            <title>Authorize application</title><form action="/login/oauth/authorize" method="post">
              <input type="hidden" name="authenticity_token" value="t">
              <button type="submit" name="authorize" value="0">Cancel</button>
              <button type="submit" name="authorize" value="1">Authorize demo</button></form>""";

    public static final String OIDC_PROVIDER_CONSENT = """
            <title>Consent</title><h1>Authorize</h1>
            <form autocomplete="off" action="/interaction/1/confirm" method="post">
              <button autofocus type="submit" class="login login-submit">Continue</button></form>""";

    public static final String CHANGE_PASSWORD = """
            <title>Update password</title><form method="post">
              <input type="password" name="password-new"><input type="password" name="password-confirm">
              <button>Submit</button></form>""";

    public static final String ONE_NEW_PASSWORD = """
            <form method="post"><input name="username"><input type="password" name="password" autocomplete="new-password">
              <button>Save</button></form>""";

    public static final String TERMS = """
            <title>Terms</title><form method="post">
              <input name="accept" type="submit" value="Accept"><input name="cancel" type="submit" value="Decline"></form>""";

    public static final String PROFILE = """
            <title>Update Account Information</title>
            <form action="https://sso.test/realms/demo/login-actions/required-action?execution=VERIFY_PROFILE" method="post">
              <input name="username" value="alice"><input name="email"><input name="firstName"></form>""";

    public static final String HTPASSWD = """
            <title>Sign In</title><form method="GET" action="/oauth2/start"><button>Sign in with OpenID Connect</button></form>
            <form method="POST" action="/oauth2/sign_in"><input type="text" name="username">
              <input type="password" name="password"><button>Sign in</button></form>""";

    /** With the status 401, if the browser has no ticket. */
    public static final String KERBEROS = """
            <HTML><HEAD><TITLE>Kerberos Unsupported</TITLE></HEAD><BODY Onload="document.forms[0].submit()">
            <FORM METHOD="POST" ACTION="/next"><NOSCRIPT>
            <P>JavaScript is disabled. You were unable to login via Kerberos. Click the button below to login otherwise.</P>
            <INPUT name="continue" TYPE="SUBMIT" VALUE="CONTINUE" /></NOSCRIPT></FORM></BODY></HTML>""";

    public static final String FORM_POST = """
            <body onload="document.forms[0].submit()"><form method="post" action="https://app.test/oauth2/callback">
              <input type="hidden" name="code" value="c&amp;d"><input type="hidden" name="state" value="s:/">
              <noscript><button>Continue</button></noscript></form>""";

    public static final String FORM_POST_ERROR = """
            <form method="post" action="https://app.test/oauth2/callback">
              <input type="hidden" name="error" value="access_denied"><input type="hidden" name="state" value="s"></form>""";

    public static final String FORM_POST_ELSEWHERE = """
            <form method="post" action="https://evil.test/oauth2/callback">
              <input type="hidden" name="code" value="c"><input type="hidden" name="state" value="s"></form>""";

    public static final String FORM_POST_VISIBLE = """
            <form method="post" action="https://app.test/oauth2/callback"><input name="x">
              <input type="hidden" name="code" value="c"><input type="hidden" name="state" value="s"></form>""";

    public static final String TWO_LOGINS = """
            <form method="post" action="/ldap"><input name="username"><input type="password" name="password"></form>
            <form method="post" action="/local"><input name="username"><input type="password" name="password"></form>""";

    public static final String DEX_CHOICE = """
            <title>dex</title><h2>Log in to dex</h2>
            <a href="/auth/ldap?client_id=app&amp;state=s"><button><span></span><span>Log in with LDAP</span></button></a>
            <a href="/auth/local?client_id=app&amp;state=s"><button><span></span><span>Log in with Email</span></button></a>
            <a href="/privacy">Privacy</a>""";

    public static final String KEYCLOAK_PROVIDERS = """
            <title>Sign in to demo</title><h1>Sign in to your account</h1><ul>
            <li><a id="social-github" href="/realms/demo/broker/github/login?session_code=c"><span>GitHub</span></a></li>
            <li><a id="social-corp" href="/realms/demo/broker/corp/login?session_code=c"><span>Corporate SSO</span></a></li>
            </ul><a href="/realms/demo/login-actions/reset-credentials">Forgot Password?</a>""";

    public static final String CHOICE_BY_RADIO = """
            <form method="post" action="/idp"><input type="hidden" name="csrf" value="c">
              <input type="radio" name="provider" value="ldap" checked><input type="radio" name="provider" value="local">
              <button>Continue</button></form>""";

    public static final String CHOICE_BY_SELECT = """
            <form method="get" action="/idp"><select name="idp"><option value="">Choose</option>
              <option value="1">LDAP</option><option value="2">Local accounts</option></select>
              <button>Continue</button></form>""";

    public static final String SEARCH = "<title>Not found</title><form action=/find><input type=text name=q></form>";

    public static final String NEWSLETTER =
            "<title>Oops</title><form action=/newsletter method=post><input type=email name=email><button>Join</button></form>";

    public static final String ERROR = "<title>We are sorry</title><p>Restart login cookie not found.</p>";
}
