package io.apikit.oauth2;

import io.apikit.BackendError;
import io.apikit.auth.Credentials;
import io.apikit.auth.LoginRefused;
import io.apikit.auth.LoginTransport;
import io.apikit.http.BackendResponse;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the token requests of one login, and reads what their responses mean (RFC 6749, section 5.2). The words of a
 * server go to the log alone: the errors for callers are the mode's own.
 *
 * @param session the credentials of the session
 * @param bare sends all requests, also those for the issuer's metadata
 */
record TokenCall(OAuth2Authenticator.Settings settings, Credentials session, LoginTransport bare) {
    private static final Logger log = LoggerFactory.getLogger(TokenCall.class);

    /** What trying again later may mend. */
    private static final Set<Integer> SAYS_WHEN = Set.of(429, 503, 504);

    private static final String REFUSED = "The backend refused these credentials.";

    /** @param sent the form with all its fields */
    private record Reply(BackendResponse response, TokenForm sent) {
        boolean isRefusal() {
            return response.status() == 400 || response.status() == 401 || response.status() == 403;
        }

        /** Only JSON is read: the text of an HTML page is no reason. */
        Optional<GrantResponse> refusal() {
            try {
                return Optional.of(GrantResponse.of(response));
            } catch (BackendError e) {
                return Optional.empty();
            }
        }

        /** Returns the error for a response that says nothing about credentials. A 429 or 503 keeps its Retry-After. */
        BackendError failure() {
            var words = "The token endpoint responded with the status " + response.status() + ".";
            return SAYS_WHEN.contains(response.status())
                    ? response.toError().withContent(words)
                    : BackendError.of(502, words);
        }
    }

    /**
     * Requests a token for the session's credentials.
     *
     * @throws LoginRefused if the server refuses these
     * @throws BackendError 502, 503 or 504 if the server refuses the service's own client or its options, fails, or is not
     *     understood
     */
    GrantResponse logIn(TokenForm form) throws LoginRefused {
        var reply = send(form);
        if (reply.isRefusal()) {
            throw refused(reply.refusal(), reply.sent());
        }
        var token = token(reply);
        if (token.isError()) {
            throw refused(Optional.of(token), reply.sent());
        }
        return token;
    }

    /**
     * Requests a token for a refresh token, which is sent once.
     *
     * @return empty if the server refuses the refresh token, or has no such endpoint any more
     * @throws LoginRefused if the session's credentials, which are the client's, are of another kind
     * @throws BackendError 502, 503 or 504 if the server fails or is not understood: it may have taken the refresh token
     */
    Optional<GrantResponse> refresh(TokenForm form) throws LoginRefused {
        var location = settings.endpoint().locate(bare);
        var reply = sendOnce(form, location);
        if (reply.response().status() == 404 && settings.endpoint().forget(location)) {
            return Optional.empty();
        }
        var response = reply.isRefusal() ? reply.refusal() : Optional.of(token(reply));
        if (!reply.isRefusal() && !response.orElseThrow().isError()) {
            return response;
        }
        log.debug("{} refused a refresh token: {}", EndpointUri.origin(location.uri()), words(response, reply.sent()));
        return Optional.empty();
    }

    /** An endpoint that is gone may have moved. The metadata is read again, and another endpoint is asked, once. */
    private Reply send(TokenForm form) throws LoginRefused {
        var location = settings.endpoint().locate(bare);
        var reply = sendOnce(form, location);
        if (reply.response().status() != 404 || !settings.endpoint().forget(location)) {
            return reply;
        }
        var moved = settings.endpoint().locate(bare);
        return moved.uri().equals(location.uri()) ? reply : sendOnce(form, moved);
    }

    private Reply sendOnce(TokenForm form, TokenEndpoint.Location location) throws LoginRefused {
        var whole = form.copy();
        settings.parameters().forEach(field -> whole.add(field.getKey(), field.getValue()));
        settings.client().addTo(whole, settings.grant(), session, location);
        var uri = location.uri();
        return new Reply(bare.at(EndpointUri.origin(uri)).send(whole.request(uri)), whole);
    }

    private static GrantResponse token(Reply reply) {
        if (!reply.response().isSuccess()) {
            throw reply.failure();
        }
        return GrantResponse.of(reply.response());
    }

    /** Returns the error of a refusal that is the service's own fault, or throws that of the session's credentials. */
    private BackendError refused(Optional<GrantResponse> response, TokenForm sent) throws LoginRefused {
        var code = response.flatMap(json -> json.text("error"));
        var words = words(response, sent);
        if (concernsSession(code)) {
            throw new LoginRefused(REFUSED, words);
        }
        log.warn("A token endpoint refused the request of this service itself ({}): {}", sent, words);
        var name = code.map(LogLine::name).orElse("no error code");
        return BackendError.of(
                name.equals("temporarily_unavailable") ? 503 : 502,
                "The token endpoint refused the request of this service itself (" + name + ").");
    }

    /** Without an error code, a refusal concerns the session's credentials if no others were sent. */
    private boolean concernsSession(Optional<String> code) {
        var grant = settings.grant();
        var isServices = settings.client().isOfService();
        return !(isServices && grant == Grant.CLIENT_CREDENTIALS)
                && code.map(grant::isRefusal).orElse(!isServices);
    }

    private static String words(Optional<GrantResponse> response, TokenForm sent) {
        return response.map(json -> json.words(sent)).orElse("no error code");
    }

    @Override
    public String toString() {
        return "TokenCall[" + settings.grant() + "]";
    }
}
