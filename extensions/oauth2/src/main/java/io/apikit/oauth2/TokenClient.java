package io.apikit.oauth2;

import io.apikit.BackendError;
import io.apikit.auth.Credentials;
import io.apikit.auth.Credentials.Password;
import io.apikit.auth.LoginRefused;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a token request shows which client sends it (RFC 6749, section 2.3). Immutable and thread-safe.
 *
 * @param client the service's own id and secret; null if the session's credentials are the client's, or there is none
 * @param method how they are sent
 * @param assertion signs in place of a secret; null for all other methods
 */
record TokenClient(
        @Nullable Supplier<Credentials> client,
        Method method,
        @Nullable ClientAssertion assertion) {
    private static final Logger log = LoggerFactory.getLogger(TokenClient.class);

    /** How a client proves who it is. */
    enum Method {
        /** By nothing: a public client has only an id. */
        NONE,
        /** By its secret, in the form, unless the server's metadata lists the header alone. */
        SECRET,
        /** By its secret, in the form. */
        SECRET_POST,
        /** By its secret, in the header. */
        SECRET_BASIC,
        /** By a JWT that it has signed. */
        PRIVATE_KEY_JWT
    }

    /** Returns whether the service has credentials of its own, whose refusal is no fault of the caller's. */
    boolean isOfService() {
        return client != null;
    }

    /**
     * Adds the client to a token request.
     *
     * @param session the session's credentials, which are the client's if the grant says so
     * @throws LoginRefused if these are no id and secret
     * @throws BackendError 502 if the service's own cannot be had
     */
    void addTo(TokenForm form, Grant grant, Credentials session, TokenEndpoint.Location location) throws LoginRefused {
        if (client == null && grant != Grant.CLIENT_CREDENTIALS) {
            return;
        }
        var own = client == null
                ? Grant.password(session, "This service needs a client id and a client secret.")
                : supplied(client);
        var id = own.username();
        switch (method) {
            case NONE -> form.add("client_id", id);
            case SECRET_BASIC -> form.basic(id, own.password());
            case SECRET_POST -> post(form, own);
            case SECRET -> {
                if (location.isBasicOnly()) {
                    form.basic(id, own.password());
                } else {
                    post(form, own);
                }
            }
            case PRIVATE_KEY_JWT -> assertion(form, id, location);
        }
    }

    private static void post(TokenForm form, Password own) {
        form.add("client_id", own.username()).secret("client_secret", own.password());
    }

    /** The id is sent too: it is optional, and some servers look for it. */
    private void assertion(TokenForm form, String id, TokenEndpoint.Location location) {
        if (assertion == null) {
            throw new IllegalStateException("the options have checked that there is a key");
        }
        form.add("client_id", id)
                .add("client_assertion_type", ClientAssertion.TYPE)
                .secret("client_assertion", assertion.signed(id, location.audience()));
    }

    private static Password supplied(Supplier<Credentials> client) {
        try {
            if (client.get() instanceof Password password) {
                return password;
            }
            log.error("The supplier of client(..) has no user name and password.");
        } catch (RuntimeException e) {
            // The message may quote the content of a secret file.
            log.error(
                    "The service's own client secret cannot be had: {}",
                    e.getClass().getName());
        }
        throw BackendError.of(502, "The service's own client credentials cannot be had.");
    }
}
