package io.apikit.auth.internal.oauth2proxy;

import io.apikit.BackendError;
import io.apikit.auth.Authenticator.Verdict;
import io.apikit.auth.Login;
import io.apikit.auth.LoginTransport;
import io.apikit.auth.internal.browser.Address;
import io.apikit.auth.internal.browser.HtmlForm;
import io.apikit.auth.internal.browser.HtmlPage;
import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import io.apikit.http.Headers;
import java.util.Arrays;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/**
 * Tells whether an answer means that the session is dead, or is the backend's own. A plain 200 costs two header
 * look-ups.
 */
public final class SessionExpiryDetector {
    /** As the proxy says it by default, and with {@code --show-debug-on-error}. */
    private static final Pattern NOT_ADMITTED =
            Pattern.compile("failed authorization checks|You do not have permission to access this resource");

    private final OAuth2ProxySettings settings;
    private final ProxySessionCookies session;

    public SessionExpiryDetector(OAuth2ProxySettings settings) {
        this.settings = settings;
        this.session = settings.sessionCookies();
    }

    public Verdict judge(BackendResponse response, Login used, LoginTransport ask) {
        if (session.login(response).isPresent()) {
            // The proxy has just renewed the session, so it lives: whatever this answer is, it is the backend's own.
            return own(response);
        }
        if (isNotAdmitted(response)) {
            return Verdict.DENIED;
        }
        if (session.areRevokedBy(response)) {
            return Verdict.EXPIRED;
        }
        return switch (response.status()) {
            case 401 -> unauthorized(response, used, ask);
            case 403 -> forbidden(response, used, ask);
            case 301, 302, 303, 307, 308 -> redirect(response, ask);
            default -> HtmlPage.isHtml(response) && response.isSuccess() ? page(response, used, ask) : own(response);
        };
    }

    private Verdict unauthorized(BackendResponse response, Login used, LoginTransport ask) {
        // Where the proxy cannot be asked, a 401 is taken for its own: one renewal is cheap, a dead session is not.
        return isProxysOwn401(response) ? Verdict.EXPIRED : asked(response, used, ask, Verdict.EXPIRED);
    }

    /** The proxy's 401 is JSON with nothing in it, and without a challenge. */
    private static boolean isProxysOwn401(BackendResponse response) {
        return isEmptyJson(response) && response.header("WWW-Authenticate").isEmpty();
    }

    private static boolean isEmptyJson(BackendResponse response) {
        var type = response.header("Content-Type").orElse("").toLowerCase(Locale.ROOT);
        return type.startsWith("application/json") && response.text().strip().matches("(\\{})?");
    }

    /**
     * The account is known and may not pass: another login would end the same way. The page that says so also takes
     * the session away and leads to the sign-in page; JSON, where the proxy is told to answer in nothing else, says so by
     * its status: a dead session is 401 there.
     */
    private boolean isNotAdmitted(BackendResponse response) {
        if (response.status() != 403) {
            return false;
        }
        return HtmlPage.isHtml(response)
                ? NOT_ADMITTED.matcher(response.text()).find()
                : isEmptyJson(response) && session.areRevokedBy(response);
    }

    private Verdict forbidden(BackendResponse response, Login used, LoginTransport ask) {
        if (isSignInPage(response, ask)) {
            return Verdict.EXPIRED;
        }
        // Where the proxy cannot be asked, a 403 that is not its sign-in page is taken for the backend's own: renewing
        // on every refusal of the backend would log in for nothing.
        return asked(response, used, ask, Verdict.DENIED);
    }

    /** Elsewhere, or back to the proxy's own door. Any other redirect within the origin is the backend's own. */
    private Verdict redirect(BackendResponse response, LoginTransport ask) {
        var location = response.header("Location");
        if (location.isEmpty()) {
            return Verdict.ACCEPTED;
        }
        try {
            var to = Address.of(ask.origin()).resolve(location.get());
            return to.isAt(ask.origin()) && !proxy(ask).isSignIn(to) ? Verdict.ACCEPTED : Verdict.EXPIRED;
        } catch (IllegalArgumentException nowhere) {
            return Verdict.ACCEPTED;
        }
    }

    /** A backend may well show a page with a password field of its own: only the proxy can tell. */
    private Verdict page(BackendResponse response, Login used, LoginTransport ask) {
        if (isSignInPage(response, ask)) {
            return Verdict.EXPIRED;
        }
        return hasPasswordForm(response, ask) ? asked(response, used, ask, Verdict.EXPIRED) : Verdict.ACCEPTED;
    }

    private boolean isSignInPage(BackendResponse response, LoginTransport ask) {
        if (!mayHold(response, "/start", "/sign_in")) {
            return false;
        }
        var page = parsed(response, ask);
        var proxy = proxy(ask);
        return page.forms().stream().anyMatch(form -> leadsTo(proxy, form));
    }

    private static boolean leadsTo(ProxyEndpoints proxy, HtmlForm form) {
        try {
            return proxy.isSignIn(form.action());
        } catch (BackendError leadsNowhere) {
            return false;
        }
    }

    private static boolean hasPasswordForm(BackendResponse response, LoginTransport ask) {
        return mayHold(response, "password")
                && !parsed(response, ask).passwordForms().isEmpty();
    }

    /** Spares most pages the parser. */
    private static boolean mayHold(BackendResponse response, String... words) {
        if (!HtmlPage.isHtml(response)) {
            return false;
        }
        var text = response.text();
        return !HtmlPage.isTooLong(text) && Arrays.stream(words).anyMatch(text.toLowerCase(Locale.ROOT)::contains);
    }

    private static HtmlPage parsed(BackendResponse response, LoginTransport ask) {
        return new HtmlPage(Address.of(ask.origin()), response.text());
    }

    /** 202: the session lives, the answer is the backend's own. 401: it is dead. 403: the account is not admitted. */
    private Verdict asked(BackendResponse response, Login used, LoginTransport ask, Verdict ifUnknown) {
        return switch (status(used, ask).orElse(0)) {
            case 202 -> own(response);
            case 401 -> Verdict.EXPIRED;
            case 403 -> Verdict.DENIED;
            default -> ifUnknown;
        };
    }

    private OptionalInt status(Login used, LoginTransport ask) {
        try {
            var question = BackendRequest.get(proxy(ask).auth().target()).replaceHeaders(Headers.of(used.signature()));
            return OptionalInt.of(ask.at(ask.origin()).send(question).status());
        } catch (BackendError unreachable) {
            // A 503 is our own, of a full pool: it tells nothing of the session, and a login would find no place
            // either.
            return unreachable.statusCode() == 503 ? OptionalInt.of(202) : OptionalInt.empty();
        }
    }

    private ProxyEndpoints proxy(LoginTransport ask) {
        return ProxyEndpoints.of(settings.start(), ask.origin());
    }

    private static Verdict own(BackendResponse response) {
        return response.status() == 401 || response.status() == 403 ? Verdict.DENIED : Verdict.ACCEPTED;
    }
}
