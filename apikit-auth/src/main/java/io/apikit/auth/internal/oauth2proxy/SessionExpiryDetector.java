package io.apikit.auth.internal.oauth2proxy;

import io.apikit.BackendError;
import io.apikit.auth.internal.browser.Address;
import io.apikit.auth.internal.browser.HtmlForm;
import io.apikit.auth.internal.browser.HtmlPage;
import io.apikit.auth.internal.browser.PageHead;
import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import io.apikit.http.Transport;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a response means that the session is dead, or is the backend's own. A plain 200 costs two header
 * look-ups. Thread-safe.
 */
public final class SessionExpiryDetector {
    /** The proxy's text by default, and with {@code --show-debug-on-error}, in the beginning of its page. */
    private static final Pattern NOT_ADMITTED = Pattern.compile(
            "\\A.{0," + PageHead.LENGTH
                    + "}?(failed authorization checks|You do not have permission to access this resource)",
            Pattern.DOTALL);

    private final OAuth2ProxySettings settings;
    private final ProxySessionCookies cookies;

    /** Creates a detector for the proxy of these settings. */
    public SessionExpiryDetector(OAuth2ProxySettings settings) {
        this.settings = settings;
        this.cookies = settings.sessionCookies();
    }

    /** What a response means for the session that its request was sent with. */
    public enum SessionState {
        /** The session is alive. */
        ALIVE,
        /** The session is dead: a new login is needed. */
        EXPIRED,
        /** The session is alive, and the response is a refusal that a new login would not change. */
        DENIED
    }

    /**
     * Returns the state of the session after a response.
     *
     * @param backend the backend's origin
     * @param proxy sends a request, signed with the session, to the root of that origin; used only in doubt
     */
    public SessionState judge(BackendResponse response, String backend, Transport proxy) {
        return new Judgement(response, backend, proxy).state();
    }

    /** The judgement of one response. */
    private final class Judgement {
        private final BackendResponse response;
        private final String backend;
        private final Transport proxy;
        private @Nullable PageHead page;

        private Judgement(BackendResponse response, String backend, Transport proxy) {
            this.response = response;
            this.backend = backend;
            this.proxy = proxy;
        }

        private SessionState state() {
            if (cookies.session(response).isPresent()) {
                // The proxy has just renewed the session, so it is alive, and the response is the backend's own.
                return ofBackendsOwn();
            }
            if (isNotAdmitted()) {
                return SessionState.DENIED;
            }
            if (cookies.areRevokedBy(response)) {
                return SessionState.EXPIRED;
            }
            return switch (response.status()) {
                case 401 -> ofUnauthorized();
                case 403 -> ofForbidden();
                case 301, 302, 303, 307, 308 -> ofRedirect();
                default -> HtmlPage.isHtml(response) && response.isSuccess() ? ofPage() : ofBackendsOwn();
            };
        }

        private SessionState ofBackendsOwn() {
            return response.status() == 401 || response.status() == 403 ? SessionState.DENIED : SessionState.ALIVE;
        }

        private SessionState ofUnauthorized() {
            // If the proxy cannot be asked, a 401 counts as the proxy's. One renewal is cheap, a dead session is not.
            return isProxys401() ? SessionState.EXPIRED : askProxy(SessionState.EXPIRED);
        }

        /** The proxy's 401 is JSON with nothing in it, and without a challenge. */
        private boolean isProxys401() {
            return isEmptyJson() && response.header("WWW-Authenticate").isEmpty();
        }

        private boolean isEmptyJson() {
            var type = response.header("Content-Type").orElse("").toLowerCase(Locale.ROOT);
            return type.startsWith("application/json")
                    && response.text().strip().matches("(\\{})?");
        }

        /**
         * Whether the account is known and not admitted: another login would end the same way. The page that reports
         * it also deletes the session cookie and leads to the sign-in page. If the proxy is set to respond in JSON
         * only, the status 403 is enough: a dead session is a 401 there.
         */
        private boolean isNotAdmitted() {
            if (response.status() != 403) {
                return false;
            }
            return HtmlPage.isHtml(response)
                    ? NOT_ADMITTED.matcher(response.text()).find()
                    : isEmptyJson() && cookies.areRevokedBy(response);
        }

        private SessionState ofForbidden() {
            if (isSignInPage()) {
                return SessionState.EXPIRED;
            }
            // If the proxy cannot be asked, a 403 that is not its sign-in page counts as the backend's. A renewal for
            // each refusal of the backend would be a login for nothing.
            return askProxy(SessionState.DENIED);
        }

        /** A redirect to another origin or to the proxy's sign-in is the proxy's. Any other is the backend's own. */
        private SessionState ofRedirect() {
            var location = response.header("Location");
            if (location.isEmpty()) {
                return SessionState.ALIVE;
            }
            try {
                var to = Address.of(backend).resolve(location.get());
                return to.isAt(backend) && !endpoints().isSignIn(to) ? SessionState.ALIVE : SessionState.EXPIRED;
            } catch (IllegalArgumentException e) {
                return SessionState.ALIVE;
            }
        }

        /**
         * A backend may have a page with a password field of its own. Only the proxy knows whether the session lives.
         */
        private SessionState ofPage() {
            if (isSignInPage()) {
                return SessionState.EXPIRED;
            }
            return hasPasswordForm() ? askProxy(SessionState.EXPIRED) : SessionState.ALIVE;
        }

        private boolean isSignInPage() {
            var endpoints = endpoints();
            return page().filter(page -> page.leadsTo(form -> leadsTo(endpoints, form)))
                    .isPresent();
        }

        private boolean hasPasswordForm() {
            return page().filter(PageHead::mayAskForPassword).isPresent();
        }

        /** The page is read once, and its beginning is enough: more is decided by the proxy. */
        private Optional<PageHead> page() {
            if (page == null && HtmlPage.isHtml(response)) {
                page = new PageHead(
                        Address.of(backend), response.text(), endpoints().signs());
            }
            return Optional.ofNullable(page);
        }

        private ProxyEndpoints endpoints() {
            return ProxyEndpoints.of(settings.start(), backend);
        }

        /** 202: the session is alive. 401: it is dead. 403: the account is not admitted. */
        private SessionState askProxy(SessionState ifUnknown) {
            return switch (statusOfAuth().orElse(0)) {
                case 202 -> ofBackendsOwn();
                case 401 -> SessionState.EXPIRED;
                case 403 -> SessionState.DENIED;
                default -> ifUnknown;
            };
        }

        private OptionalInt statusOfAuth() {
            try {
                var question = BackendRequest.get(endpoints().auth().target());
                return OptionalInt.of(proxy.send(question).status());
            } catch (BackendError e) {
                // A 503 is our own: the connection pool is full. It says nothing of the session, and a login would get
                // no connection either.
                return e.statusCode() == 503 ? OptionalInt.of(202) : OptionalInt.empty();
            }
        }
    }

    private static boolean leadsTo(ProxyEndpoints endpoints, HtmlForm form) {
        try {
            return endpoints.isSignIn(form.action());
        } catch (BackendError e) {
            return false;
        }
    }
}
