package io.apikit.auth;

import io.apikit.BackendError;
import io.apikit.auth.Authenticator.Verdict;
import io.apikit.auth.internal.secrets.RequestTexts;
import io.apikit.auth.internal.secrets.SentRequests;
import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import io.apikit.http.Transport;
import io.apikit.http.internal.client.BareTransport;
import io.apikit.http.internal.client.StreamedResponse;
import java.util.List;
import java.util.Optional;

/**
 * Signs a request with the login that its {@link SessionCall} names, sends it, and lets the mode judge the response by
 * that very login, whatever has replaced it since. Thread-safe.
 */
final class SigningTransport implements Transport {
    private final Authenticator mode;
    private final Account account;
    private final BareTransport bare;
    private final Transport next;

    private SigningTransport(Authenticator mode, Account account, BareTransport bare, Transport next) {
        this.mode = mode;
        this.account = account;
        this.bare = bare;
        this.next = next;
    }

    /** @param bare sends what the mode asks for itself, as logins are sent */
    static Transport create(Authenticator mode, Account account, BareTransport bare, Transport next) {
        return new SigningTransport(mode, account, bare, next);
    }

    /**
     * Reports to the call whether the response rejects or accepts the login; some do neither. Any response but a
     * rejection may bring rolling cookies for the login.
     */
    @Override
    public BackendResponse send(BackendRequest request) {
        var call = SessionCall.of(request);
        var generation = call.generation();
        var login = generation.login();
        var received = next.send(login.sign(request));
        var response = (received.status() == 401 ? PassThroughAuthenticators.explainNone(mode, received) : received)
                .onError(error -> refined(error, login, request, received.header("Content-Type")));
        var deadline = request.deadline().orElseThrow();
        var verdict = mode.judge(response, login, new LoginHttpTransport.Uncapped(bare, deadline));
        if (verdict == Verdict.EXPIRED) {
            call.markRejected(response.status());
            // Otherwise open responses could take every connection from the login that has to follow.
            request.attachment(StreamedResponse.class).ifPresent(StreamedResponse::close);
        } else {
            if (concernsLogin(response.status())) {
                call.markAccepted();
            }
            generation.refresh(current -> mode.refreshed(current, response));
        }
        return response;
    }

    /** @param request without the headers of the login, which the caller has not sent */
    private BackendError refined(
            BackendError error, Login login, BackendRequest request, Optional<String> contentType) {
        var sent = request.attachment(SentRequests.class)
                .map(SentRequests::texts)
                .orElseGet(() -> RequestTexts.of(List.of(request), true));
        return account.refined(error, account.secrets().and(login).leaving(sent, contentType.orElse("")));
    }

    /** A backend that is broken, busy or elsewhere says nothing about the login. */
    private static boolean concernsLogin(int status) {
        return status < 300 || (status >= 400 && status < 500 && status != 408 && status != 429);
    }
}
