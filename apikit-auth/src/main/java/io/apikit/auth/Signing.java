package io.apikit.auth;

import io.apikit.auth.Authenticator.Verdict;
import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import io.apikit.http.Deadline;
import io.apikit.http.HttpTransport;

/** The innermost step: signs a request with one generation, sends it, and judges what the answer says of it. */
final class Signing {
    private final Authenticator mode;
    private final Account account;
    private final HttpTransport http;

    Signing(Authenticator mode, Account account, HttpTransport http) {
        this.mode = mode;
        this.account = account;
        this.http = http;
    }

    BackendResponse send(BackendRequest request, Generation generation) {
        var login = generation.login();
        return http.send(request.signed(login.signature()))
                .onError(error -> account.refined(error, account.secrets().and(login)));
    }

    /** An answer that speaks for the login also brings its rolling cookies. */
    Verdict judge(BackendResponse response, Generation generation, Deadline deadline) {
        var verdict = mode.judge(response, generation.login(), new BareTransport(http, deadline));
        if (verdict != Verdict.EXPIRED) {
            generation.refresh(login -> mode.refreshed(login, response));
        }
        return verdict;
    }
}
