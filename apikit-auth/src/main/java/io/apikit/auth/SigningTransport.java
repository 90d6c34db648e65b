package io.apikit.auth;

import io.apikit.BackendError;
import io.apikit.auth.Authenticator.Verdict;
import io.apikit.auth.internal.browser.CookieLimits;
import io.apikit.auth.internal.cookies.SessionCookies;
import io.apikit.auth.internal.secrets.RequestTexts;
import io.apikit.auth.internal.secrets.SentRequests;
import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import io.apikit.http.Transport;
import io.apikit.http.internal.client.BareTransport;
import io.apikit.http.internal.client.StreamedResponse;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Signs a request with the login that its {@link SessionCall} names, sends it, and lets the mode judge the response by
 * that very login, whatever has replaced it since. Thread-safe.
 */
final class SigningTransport implements Transport {
    private final Authenticator mode;
    private final Account account;
    private final BareTransport bare;
    private final CookieLimits limits;
    private final @Nullable SessionCookies cookies;
    private final Transport next;

    private SigningTransport(
            Authenticator mode,
            Account account,
            BareTransport bare,
            CookieLimits limits,
            @Nullable SessionCookies cookies,
            Transport next) {
        this.mode = mode;
        this.account = account;
        this.bare = bare;
        this.limits = limits;
        this.cookies = cookies;
        this.next = next;
    }

    /**
     * @param bare sends what the mode asks for itself, as logins are sent
     * @param cookies the backend's own cookies of the session; null if it keeps none
     */
    static Transport create(
            Authenticator mode,
            Account account,
            BareTransport bare,
            CookieLimits limits,
            @Nullable SessionCookies cookies,
            Transport next) {
        var signing = new SigningTransport(mode, account, bare, limits, cookies, next);
        return cookies == null ? signing : new CookieTransport(signing, cookies);
    }

    /**
     * Reports to the call whether the response rejects or accepts the login; some do neither. Any response but a
     * rejection may bring rolling cookies for the login. If the request after them is refused for the size of its headers,
     * the cookies before are put back, and an idempotent request is sent once more.
     */
    @Override
    public BackendResponse send(BackendRequest request) {
        var call = SessionCall.of(request);
        var generation = call.generation();
        var login = generation.login();
        var sent = call.withCookies(request);
        var received = next.send(login.sign(sent));
        if (received.status() == 431 && generation.putBack(login) && isRepeatable(request)) {
            closeStream(request);
            login = generation.login();
            received = next.send(login.sign(sent));
        }
        var response = judged(request, sent, login, received);
        if (cookies != null && !call.isRejected()) {
            cookies.take(path(request), received, login::ownsCookie);
        }
        return call.isToBeSignedAgain() ? signedAgain(request) : response;
    }

    /** The mode has changed the signature, since the response was a refusal of that alone. */
    private BackendResponse signedAgain(BackendRequest request) {
        SessionCall.of(request).beginSignedAgain();
        closeStream(request);
        return send(request);
    }

    private String path(BackendRequest request) {
        return bare.prefix() + request.path();
    }

    private BackendResponse judged(BackendRequest request, BackendRequest sent, Login login, BackendResponse received) {
        var call = SessionCall.of(request);
        var response = (received.status() == 401 ? PassThroughAuthenticators.explainNone(mode, received) : received)
                .onError(error -> refined(error, login, sent, request, received.header("Content-Type")));
        var setsCookies = response.header("Set-Cookie").isPresent();
        var path = setsCookies ? path(request) : "";
        var verdict =
                mode.judge(response, setsCookies ? login.requestedAt(path) : login, new Inquiry(request, call, login));
        if (call.isToBeSignedAgain()) {
            return response;
        }
        if (verdict.isExpired()) {
            reject(request, call, verdict, response.status());
            return response;
        }
        if (concernsLogin(response.status())) {
            call.markAccepted();
            confirm(call.generation(), login, response.status());
        }
        call.generation()
                .refresh(current ->
                        setsCookies ? withCookies(current, path, response) : mode.refreshed(current, response));
        return response;
    }

    private static void reject(BackendRequest request, SessionCall call, Verdict verdict, int status) {
        call.markRejected(status);
        if (verdict == Verdict.EXPIRED_CARRIED_OUT) {
            call.setOutcome(SessionCall.Outcome.CARRIED_OUT);
        }
        if (!call.isOver(request)) {
            // Otherwise open responses could take every connection from the login that has to follow.
            closeStream(request);
        }
    }

    /**
     * @param sent with the backend's own cookies
     * @param request without them and the headers of the login, which the caller has not sent
     */
    private BackendError refined(
            BackendError error,
            Login login,
            BackendRequest sent,
            BackendRequest request,
            Optional<String> contentType) {
        return account.refined(error, mask(login, sent, request, contentType));
    }

    private SecretMask mask(Login login, BackendRequest sent, BackendRequest request, Optional<String> contentType) {
        var mask = account.secrets().and(login);
        if (sent != request) {
            mask.and(SessionCookies.values(sent));
        }
        var texts = request.attachment(SentRequests.class)
                .map(SentRequests::texts)
                .orElseGet(() -> RequestTexts.of(List.of(request), true));
        return mask.leaving(texts, contentType.orElse(""));
    }

    /** A 400 may be about the length of the cookies too. Servers have no other status for it in common. */
    private static void confirm(LoginGeneration generation, Login signed, int status) {
        if (status != 400) {
            generation.confirm(signed);
        }
    }

    /** Returns the login with the cookies of a response; as it is if those are too long. */
    private Login withCookies(Login current, String path, BackendResponse response) {
        var shown = current.requestedAt(path);
        var refreshed = mode.refreshed(shown, response);
        var isTaken = refreshed != shown
                && (refreshed.cookies().equals(current.cookies()) || limits.allow(refreshed.cookies()));
        return isTaken ? refreshed : current;
    }

    private static boolean isRepeatable(BackendRequest request) {
        return request.isIdempotent() && request.isReplayable();
    }

    private static void closeStream(BackendRequest request) {
        request.attachment(StreamedResponse.class).ifPresent(StreamedResponse::close);
    }

    /** A backend that is broken, busy or elsewhere says nothing about the login, nor does one that has not read it. */
    private static boolean concernsLogin(int status) {
        return status < 300 || (status >= 400 && status < 500 && status != 408 && status != 429 && status != 431);
    }

    /**
     * How a mode asks the backend about a response, as logins are sent, but without their limit. A mode of this package
     * also learns whether the request may be sent twice, and reports what became of it. That travels with the transport,
     * because a mode of a user may stand in between and pass it on.
     */
    final class Inquiry implements LoginTransport {
        private final BackendRequest request;
        private final SessionCall call;
        private final Login login;
        private final LoginTransport ask;

        private Inquiry(BackendRequest request, SessionCall call, Login login) {
            this(
                    request,
                    call,
                    login,
                    new LoginHttpTransport.Uncapped(bare, request.deadline().orElseThrow()));
        }

        private Inquiry(BackendRequest request, SessionCall call, Login login, LoginTransport ask) {
            this.request = request;
            this.call = call;
            this.login = login;
            this.ask = ask;
        }

        /** Returns whether the request may be sent again, whatever became of it. */
        boolean isRepeatable() {
            return SigningTransport.isRepeatable(request);
        }

        /**
         * Returns whether a word of the response may be the request's own, which is not certain to be idempotent. It may be if
         * the request is not known as a whole.
         */
        boolean mayBeQuoted(String word) {
            if (request.isIdempotent()) {
                return false;
            }
            var texts = RequestTexts.of(List.of(request), true);
            return !texts.isWhole() || !texts.standing(List.of(word)).isEmpty();
        }

        /** Says what became of the request, if the verdict is {@link Verdict#EXPIRED}. */
        void report(SessionCall.Outcome outcome) {
            call.setOutcome(outcome);
        }

        String method() {
            return request.method();
        }

        /** Returns the path of the request, from the root of the origin. */
        String path() {
            return bare.prefix() + request.path();
        }

        /** Returns how long the call may still take. */
        long leftNanos() {
            return request.deadline().orElseThrow().leftNanos();
        }

        /** Returns the login as it signs now. */
        Login current() {
            return call.generation().login();
        }

        /** Changes how the login signs. */
        void update(UnaryOperator<Login> change) {
            call.generation().refresh(change);
        }

        /** Returns whether the request has not yet been signed a second time. */
        boolean mayBeSignedAgain() {
            return call.mayBeSignedAgain();
        }

        /** Sends the request once more with the signature of now, if its body can be sent again. Nothing was carried out. */
        void signAgain() {
            if (request.isReplayable()) {
                call.signAgain();
            }
        }

        /**
         * Sends the question as it is. The response may quote the signature, which its error then masks. Its status is that of
         * the response, for a service account too: it is the mode that reads it.
         */
        @Override
        public BackendResponse send(BackendRequest question) {
            var received = ask.send(question);
            return received.onError(error -> {
                var secrets = mask(login, question, request, received.header("Content-Type"));
                return account.shown(secrets.masked(error), secrets.isComparable());
            });
        }

        @Override
        public LoginTransport at(String origin) {
            return new Inquiry(request, call, login, ask.at(origin));
        }

        @Override
        public String origin() {
            return ask.origin();
        }
    }

    /**
     * Adds the backend's own cookies of the session. A request that may have been refused for them is sent once more
     * without them, if it is idempotent.
     */
    private record CookieTransport(SigningTransport signing, SessionCookies cookies) implements Transport {
        @Override
        public BackendResponse send(BackendRequest request) {
            var call = SessionCall.of(request);
            var login = call.generation().number();
            var withCookies = cookies.addTo(request, signing.path(request));
            call.sendWith(withCookies);
            var response = signing.send(request);
            if (withCookies == request) {
                return response;
            }
            if (call.isAccepted() && !call.generation().login().isFixed()) {
                cookies.accept(login);
            }
            var isForCookies = response.status() == 431 || (call.isRejected() && !cookies.isAcceptedUnder(login));
            return isForCookies ? withoutCookies(request, call, response) : response;
        }

        private BackendResponse withoutCookies(BackendRequest request, SessionCall call, BackendResponse refused) {
            cookies.clear();
            if (!isRepeatable(request)) {
                return refused;
            }
            closeStream(request);
            call.sendAgain();
            call.sendWith(request);
            return signing.send(request);
        }
    }
}
