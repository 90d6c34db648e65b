package io.apikit.auth.internal.formlogin;

import io.apikit.BackendError;
import io.apikit.auth.internal.browser.Address;
import io.apikit.auth.internal.browser.HtmlPage;
import io.apikit.auth.internal.logins.RenewalSigns;
import io.apikit.http.BackendResponse;
import io.apikit.http.Transport;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Decides whether a response means that the session is dead, or is the backend's own. A plain 200 costs three header look-ups.
 * Thread-safe.
 */
public final class FormExpiryDetector {
    /** A page that goes on by itself has little else. */
    private static final int REFRESH_READ = 4 * 1024;

    /** At most 10 s: pages that lead to the login page later are shown to users, and end the session for want of use. */
    private static final String SOON = "\\s{0,9}(?:10|0{0,3}[0-9])(?:\\.[0-9]{0,9})?[\\s;,]{1,9}url\\s{0,9}=\\s{0,9}";

    private static final Pattern REFRESH = Pattern.compile(
            "<meta[^>]{0,200}http-equiv\\s{0,9}=\\s{0,9}[\"']?refresh[^>]{0,200}?content\\s{0,9}=\\s{0,9}[\"']?" + SOON
                    + "[\"']?([^\"'>\\s]{1,2000})",
            Pattern.CASE_INSENSITIVE);

    private static final Pattern REFRESH_HEADER =
            Pattern.compile("^" + SOON + "[\"']?([^\"'\\s]{1,2000})", Pattern.CASE_INSENSITIVE);

    private FormExpiryDetector() {}

    /** What a response means for the session that its request was sent with. */
    public enum SessionState {
        /** The session is alive. */
        ALIVE,
        /** The session is alive, and the response is a refusal that a new login would not change. */
        DENIED,
        /** The session is dead, and the request was not carried out. */
        EXPIRED,
        /** The session is dead, and the request may have been carried out. */
        ENDED,
        /** The response is the login page, or leads to it with a 200. What became of a request that must not be sent again is unknown. */
        UNKNOWN
    }

    /**
     * Returns the state of a session after a response.
     *
     * @param path of the request, from the root of the origin
     * @param root sends a request to the root of the backend's origin; used only in doubt
     */
    public static SessionState judge(FormSession session, BackendResponse response, String path, Transport root) {
        var state = new Judgement(session, response, new Address(session.site().origin(), path, ""), root).state();
        var isGood = state == SessionState.ALIVE || state == SessionState.DENIED;
        return isGood && session.isEndedBy(response, path) ? ended(response) : state;
    }

    /**
     * Returns whether a response is the login page, or a page that goes on to it by itself.
     *
     * @param at the address of its request
     */
    static boolean isLoginPage(FormSession session, BackendResponse response, Address at, Transport root) {
        return HtmlPage.isHtml(response) && new Judgement(session, response, at, root).isLoginPage(response.text());
    }

    /** A refusal says that nothing was done. */
    private static SessionState ended(BackendResponse response) {
        return response.status() == 401 || response.status() == 403 ? SessionState.EXPIRED : SessionState.ENDED;
    }

    /** The judgement of one response. */
    private record Judgement(FormSession session, BackendResponse response, Address at, Transport root) {
        SessionState state() {
            var settings = session.site().settings();
            var sign = settings.renewal().of(response);
            if (sign != RenewalSigns.Sign.NONE) {
                return sign == RenewalSigns.Sign.NOTHING_DONE ? SessionState.EXPIRED : SessionState.ENDED;
            }
            return settings.loggedOut().map(this::ofAuthor).orElseGet(this::ofDefault);
        }

        /** A redirect and a refusal say that nothing was done, and an error of the server does not. */
        private SessionState ofAuthor(RenewalSigns loggedOut) {
            var sign = loggedOut.of(response);
            if (sign == RenewalSigns.Sign.NONE) {
                return own();
            }
            var isRefusal = response.status() >= 300 && response.status() < 500;
            return sign == RenewalSigns.Sign.NOTHING_DONE || isRefusal ? SessionState.EXPIRED : SessionState.UNKNOWN;
        }

        private SessionState ofDefault() {
            return switch (response.status()) {
                case 401 -> SessionState.EXPIRED;
                case 403 -> ofForbidden();
                case 301, 302, 303, 307, 308 -> ofRedirect();
                case 200 -> HtmlPage.isHtml(response) ? ofPage() : SessionState.ALIVE;
                default -> SessionState.ALIVE;
            };
        }

        private SessionState own() {
            return response.status() == 401 || response.status() == 403 ? SessionState.DENIED : SessionState.ALIVE;
        }

        /** Each refusal is a reason to ask, if there is a probe. Without one, only the login page is a sign. */
        private SessionState ofForbidden() {
            var text = HtmlPage.isHtml(response) ? response.text() : "";
            return isLoginPage(text)
                    ? ifNotAlive(SessionState.EXPIRED)
                    : ask(SessionState.EXPIRED, SessionState.DENIED);
        }

        /** A user without a permission may be redirected to the login page too. */
        private SessionState ofRedirect() {
            var isToPage = SiteRequests.redirect(at, response)
                    .filter(session.site()::isPage)
                    .isPresent();
            return isToPage ? ifNotAlive(SessionState.EXPIRED) : SessionState.ALIVE;
        }

        private SessionState ofPage() {
            return isLoginPage(response.text())
                    ? ifNotAlive(
                            session.site().settings().isNothingDone() ? SessionState.EXPIRED : SessionState.UNKNOWN)
                    : SessionState.ALIVE;
        }

        private boolean isLoginPage(String text) {
            return leadsToPage(text) || session.isLoginForm(text);
        }

        /** Whether the page goes on to the login page by itself. */
        private boolean leadsToPage(String text) {
            var header = response.header("Refresh").map(REFRESH_HEADER::matcher).filter(Matcher::find);
            return header.map(found -> isPage(Objects.requireNonNull(found.group(1))))
                    .orElseGet(() -> showsRefreshToPage(text));
        }

        private boolean showsRefreshToPage(String text) {
            var refresh = REFRESH.matcher(text.substring(0, Math.min(text.length(), REFRESH_READ)));
            return refresh.find() && isPage(Objects.requireNonNull(refresh.group(1)));
        }

        private boolean isPage(String reference) {
            try {
                return session.site().isPage(at.resolve(reference));
            } catch (IllegalArgumentException ignored) {
                return false;
            }
        }

        private SessionState ifNotAlive(SessionState state) {
            return ask(state, state);
        }

        /** The site is asked, unless it has said before that the session is dead. */
        private SessionState ask(SessionState ifDead, SessionState ifUnknown) {
            var probe = session.site().settings().probe();
            if (probe.isEmpty()) {
                return ifUnknown;
            }
            if (session.renewal().isKnownDead()) {
                return ifDead;
            }
            try {
                return switch (SessionProbe.ask(session, probe.get(), root).state()) {
                    case ALIVE -> own();
                    case DEAD -> ifDead;
                    case UNKNOWN -> ifUnknown;
                };
            } catch (BackendError e) {
                return ifUnknown;
            }
        }
    }
}
