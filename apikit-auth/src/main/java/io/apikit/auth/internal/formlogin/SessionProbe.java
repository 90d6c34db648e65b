package io.apikit.auth.internal.formlogin;

import io.apikit.auth.internal.formlogin.SiteRequests.Visit;
import io.apikit.http.Transport;
import java.util.List;

/**
 * What the site responds to the question whether a session lives.
 *
 * @param visits the responses, whose cookies count
 * @param status that of the last one
 */
record SessionProbe(List<Visit> visits, State state, int status) {
    enum State {
        ALIVE,
        DEAD,
        UNKNOWN
    }

    /**
     * Asks with a GET, and follows redirects on the site. A success that is not the login page means that the session lives. A
     * 401, a 403, a redirect to the login page or elsewhere, and the login page mean that it does not.
     *
     * @throws io.apikit.BackendError 502, 503 or 504 if the site is not available
     */
    static SessionProbe ask(FormSession session, String path, Transport root) {
        var requests = session.requests(root);
        var response = requests.get(session.site().address("probe", path), "*/*", () -> false);
        var isForm = FormExpiryDetector.isLoginPage(session, response, requests.last(), root);
        var state = switch (response.status()) {
            case 301, 302, 303, 307, 308, 401, 403 -> State.DEAD;
            default -> !response.isSuccess() ? State.UNKNOWN : isForm ? State.DEAD : State.ALIVE;
        };
        if (state == State.DEAD) {
            session.renewal().markDead();
        }
        return new SessionProbe(requests.visits(), state, response.status());
    }
}
