package io.apikit.auth;

import io.apikit.auth.Authenticator.Verdict;
import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import io.apikit.http.Deadline;
import io.apikit.http.Transport;
import io.apikit.http.internal.client.HttpTransport;
import io.apikit.http.internal.client.StreamingTransport;

/** The innermost step: signs a request with one generation, sends it, and judges what the answer says of it. */
final class SigningTransport {
    private final Authenticator mode;
    private final Account account;
    private final HttpTransport bare;
    private final Transport way;
    private final Runnable letGo;

    /** What the mode asks for itself goes by the bare way, as logins do. */
    SigningTransport(Authenticator mode, Account account, HttpTransport http, HttpTransport bare) {
        this(mode, account, bare, http, () -> {});
    }

    /** Sent any way; {@code letGo} ends an answer that is left open. */
    SigningTransport(Authenticator mode, Account account, HttpTransport bare, Transport way, Runnable letGo) {
        this.mode = mode;
        this.account = account;
        this.bare = bare;
        this.way = way;
        this.letGo = letGo;
    }

    /** The same for one call, whose answer is left open. */
    SigningTransport through(StreamingTransport stream) {
        return new SigningTransport(mode, account, bare, stream, stream::close);
    }

    /** The same way under another account. */
    SigningTransport of(Account other) {
        return new SigningTransport(mode, other, bare, way, letGo);
    }

    /**
     * Sends a request and judges the answer by the very login it was signed with, whatever has rolled since. An answer
     * that speaks for the login also brings its rolling cookies.
     */
    Judged send(BackendRequest request, LoginGeneration generation, Deadline deadline) {
        var login = generation.login();
        var response = way.send(login.sign(request))
                .onError(error -> account.refined(error, account.secrets().and(login)));
        var verdict = mode.judge(response, login, new LoginHttpTransport.BareTransport(bare, deadline));
        if (verdict != Verdict.EXPIRED) {
            generation.refresh(current -> mode.refreshed(current, response));
        } else {
            letGo.run(); // Else answers left open could take every connection from the login that has to follow.
        }
        return new Judged(response, verdict == Verdict.EXPIRED);
    }

    /** An answer, and whether it says that the login is dead. */
    record Judged(BackendResponse response, boolean isExpired) {}
}
