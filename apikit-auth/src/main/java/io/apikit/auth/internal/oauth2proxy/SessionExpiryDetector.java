package io.apikit.auth.internal.oauth2proxy;

import io.apikit.BackendError;
import io.apikit.auth.internal.browser.Address;
import io.apikit.auth.internal.browser.HtmlForm;
import io.apikit.auth.internal.browser.HtmlPage;
import io.apikit.auth.internal.browser.PageHead;
import io.apikit.auth.internal.oauth2proxy.ProxySession.CookieSource;
import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import io.apikit.http.Transport;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
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
        /** The session is dead, and the request is to be sent again under a new login. */
        EXPIRED,
        /** The session is dead. The response is the backend's own, and the request must not be sent again. */
        ENDED,
        /** The response is a login page. Whose it is, and what became of a request that must not be sent again, is unknown. */
        UNKNOWN,
        /** The session is alive, and the response is a refusal that a new login would not change. */
        DENIED
    }

    /**
     * What is known of the request of a response.
     *
     * @param backend the origin that requests to the backend are sent to
     * @param origins gives an unsigned transport to an origin; used only in doubt
     * @param signature signs a request to the backend's origin as the request was signed
     * @param session the session that the request was sent with; empty if nothing is known of it
     * @param source what can set or delete the cookies of the session
     * @param isRepeatable whether the request may be sent again, whatever became of it
     */
    public record Exchange(
            String backend,
            Function<String, Transport> origins,
            UnaryOperator<BackendRequest> signature,
            Optional<ProxySession> session,
            CookieSource source,
            boolean isRepeatable) {}

    /** Returns the state of the session after a response. */
    public SessionState judge(BackendResponse response, Exchange exchange) {
        return new Judgement(response, exchange).state();
    }

    /** The judgement of one response. */
    private final class Judgement {
        /** The connection pool is full: no status of the proxy. */
        private static final int POOL_FULL = 503;

        private static final int NONE = 0;

        private final BackendResponse response;
        private final Exchange exchange;
        private @Nullable ProxyEndpoints endpoints;
        private @Nullable Integer authStatus;
        private @Nullable PageHead page;

        private Judgement(BackendResponse response, Exchange exchange) {
            this.response = response;
            this.exchange = exchange;
        }

        private SessionState state() {
            var state = ofRepeatable();
            return state == SessionState.EXPIRED && !exchange.isRepeatable() ? ofSentOnce() : state;
        }

        private SessionState ofRepeatable() {
            if (cookies.session(response, exchange.source()).isPresent()) {
                // The proxy has just renewed the session, so it is alive, and the response is the backend's own.
                return ofBackendsOwn();
            }
            if (isNotAdmitted()) {
                return SessionState.DENIED;
            }
            if (cookies.areRevokedBy(response, exchange.source())) {
                return SessionState.EXPIRED;
            }
            return switch (response.status()) {
                case 401 -> ofUnauthorized();
                case 403 -> ofForbidden();
                case 301, 302, 303, 307, 308 -> ofRedirect();
                default -> HtmlPage.isHtml(response) && response.isSuccess() ? ofPage() : ofBackendsOwn();
            };
        }

        /**
         * The session is dead. A proxy that lets requests without a session pass (its {@code --skip-auth-route}) deletes the
         * cookie and asks the backend all the same. So only what it sends in place of the backend's response shows that the
         * request was not carried out.
         */
        private SessionState ofSentOnce() {
            return switch (response.status()) {
                case 401 ->
                    isBareRefusal() || isSignInPage() || isDeadAtProxy() ? SessionState.EXPIRED : SessionState.ENDED;
                case 403 -> isSignInPage() || isDeadAtProxy() ? SessionState.EXPIRED : SessionState.ENDED;
                case 301, 302, 303, 307, 308 -> ofRedirectSentOnce();
                case 200 -> ofPageSentOnce();
                default -> SessionState.ENDED;
            };
        }

        private SessionState ofPageSentOnce() {
            if (isSignInPage()) {
                return SessionState.EXPIRED;
            }
            return hasPasswordForm() && !isKnownAtProxy() ? SessionState.UNKNOWN : SessionState.ENDED;
        }

        private SessionState ofRedirectSentOnce() {
            var to = location();
            if (to.isEmpty() || isBackends(to.get())) {
                return to.filter(endpoints()::isSignIn).isPresent() ? SessionState.EXPIRED : SessionState.ENDED;
            }
            var startsLogin = cookies.startLogin(response, exchange.source());
            var isProviders =
                    provider().map(known -> isAtProvider(to.get(), known)).orElse(startsLogin);
            if (endpoints().isSignIn(to.get()) || (isProviders && startsLogin)) {
                return SessionState.EXPIRED;
            }
            // The backend of a live session may redirect anywhere.
            var ifDead = isProviders ? SessionState.EXPIRED : SessionState.ENDED;
            return askProxy(ifDead, ifDead);
        }

        private SessionState ofBackendsOwn() {
            return response.status() == 401 || response.status() == 403 ? SessionState.DENIED : SessionState.ALIVE;
        }

        private SessionState ofUnauthorized() {
            // If the proxy cannot be asked, a 401 counts as the proxy's. One renewal is cheap, a dead session is not.
            return isProxys401() ? SessionState.EXPIRED : askProxy(SessionState.EXPIRED, SessionState.EXPIRED);
        }

        /** The proxy's 401 is JSON with nothing in it, and without a challenge. */
        private boolean isProxys401() {
            return isEmptyJson() && isBareRefusal();
        }

        private boolean isBareRefusal() {
            return isEmpty() && response.header("WWW-Authenticate").isEmpty();
        }

        private boolean isEmptyJson() {
            var type = response.header("Content-Type").orElse("").toLowerCase(Locale.ROOT);
            return type.startsWith("application/json") && isEmpty();
        }

        private boolean isEmpty() {
            return response.text().strip().matches("(\\{})?");
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
                    : isEmptyJson() && cookies.areRevokedBy(response, exchange.source());
        }

        private SessionState ofForbidden() {
            if (isSignInPage()) {
                return SessionState.EXPIRED;
            }
            // If the proxy cannot be asked, a 403 that is not its sign-in page counts as the backend's. A renewal for
            // each refusal of the backend would be a login for nothing.
            return askProxy(SessionState.EXPIRED, SessionState.DENIED);
        }

        /** A redirect to the proxy's sign-in is the proxy's. One that stays at the backend is the backend's own. */
        private SessionState ofRedirect() {
            var to = location();
            if (to.filter(endpoints()::isSignIn).isPresent()) {
                return SessionState.EXPIRED;
            }
            // The backend of a live session may redirect anywhere. If the proxy cannot be asked, the session counts as
            // dead: one renewal is cheap, a dead session is not.
            return to.isEmpty() || isBackends(to.get())
                    ? SessionState.ALIVE
                    : askProxy(SessionState.EXPIRED, SessionState.EXPIRED);
        }

        private Optional<Address> provider() {
            return exchange.session().flatMap(session -> session.beginning().provider());
        }

        /** Whether an address is the backend's. The proxy's origin may have login pages of the identity provider. */
        private boolean isBackends(Address to) {
            return to.isAt(endpoints().backend()) && !endpoints().isLoginPage(to);
        }

        private boolean isAtProvider(Address to, Address provider) {
            return to.isAt(provider.origin())
                    && (!endpoints().has(provider) || endpoints().isLoginPage(to));
        }

        private Optional<Address> location() {
            try {
                var at = endpoints().request("/");
                return response.header("Location").map(at::resolveHeader).map(endpoints()::known);
            } catch (IllegalArgumentException ignored) {
                return Optional.empty();
            }
        }

        /**
         * A backend may have a page with a password field of its own, or one that leads to the proxy's sign-in. Only the proxy
         * knows whether the session lives.
         */
        private SessionState ofPage() {
            if (isSignInPage()) {
                return askProxy(SessionState.EXPIRED, SessionState.EXPIRED);
            }
            if (!hasPasswordForm()) {
                return SessionState.ALIVE;
            }
            var isUnknown = !exchange.isRepeatable() && !isKnownAtProxy();
            return isUnknown ? SessionState.EXPIRED : askProxy(SessionState.EXPIRED, SessionState.EXPIRED);
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
                        endpoints().request("/"), response.text(), endpoints().signs());
            }
            return Optional.ofNullable(page);
        }

        private ProxyEndpoints endpoints() {
            var known = endpoints;
            if (known == null) {
                known = settings.endpoints(exchange.backend());
                endpoints = known;
            }
            return known;
        }

        /** 202: the session is alive. 401: it is dead. 403: the account is not admitted. */
        private SessionState askProxy(SessionState ifDead, SessionState ifUnknown) {
            return switch (authStatus()) {
                // A full pool says nothing of the session, and a login would get no connection either.
                case 202, POOL_FULL -> ofBackendsOwn();
                case 401 -> ifDead;
                case 403 -> SessionState.DENIED;
                default -> ifUnknown;
            };
        }

        private boolean isDeadAtProxy() {
            return authStatus() == 401;
        }

        private boolean isKnownAtProxy() {
            return Set.of(202, 401, 403).contains(authStatus());
        }

        /** The proxy is asked once. */
        private int authStatus() {
            var known = authStatus;
            if (known == null) {
                known = askForStatus();
                authStatus = known;
            }
            return known;
        }

        private int askForStatus() {
            var question = question();
            if (question.isEmpty()) {
                return NONE;
            }
            try {
                var to = endpoints().sentTo(endpoints().auth().origin());
                var status = exchange.origins().apply(to).send(question.get()).status();
                return status == POOL_FULL ? NONE : status;
            } catch (BackendError e) {
                return e.statusCode() == POOL_FULL ? POOL_FULL : NONE;
            }
        }

        /** A proxy elsewhere gets the cookies of the session, and no other header of the login. */
        private Optional<BackendRequest> question() {
            var question = BackendRequest.get(endpoints().auth().target());
            return endpoints().isCentral()
                    ? exchange.session().map(session -> session.signed(question))
                    : Optional.of(exchange.signature().apply(question));
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
