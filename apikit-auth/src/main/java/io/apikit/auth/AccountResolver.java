package io.apikit.auth;

import io.apikit.BackendError;
import io.apikit.auth.internal.secrets.ErrorTexts;
import io.apikit.ops.ForwardedIdentity;
import io.javalin.http.Context;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds the account of a request: the service's own, if it has one, else the caller's. Thread-safe. */
final class AccountResolver {
    private static final Logger log = LoggerFactory.getLogger(AccountResolver.class);

    private final Authenticator mode;
    private final @Nullable Supplier<Credentials> service;
    private final ErrorTexts errorTexts;

    /** @param errorTexts whether callers get the text of an error that concerns the service's own account */
    AccountResolver(Authenticator mode, @Nullable Supplier<Credentials> service, ErrorTexts errorTexts) {
        this.mode = mode;
        this.service = service;
        this.errorTexts = errorTexts;
    }

    /**
     * Returns the account of a request.
     *
     * @throws BackendError 401 with the mode's challenge if the caller's credentials are missing or malformed; 502 if
     *     the service's own credentials are not available
     */
    Account of(Context ctx) {
        return service == null ? new Account(callers(ctx), false, mode.challenge()) : ofService(service);
    }

    /** Returns the account of a caller with these credentials. */
    Account of(Credentials callers) {
        return new Account(callers, false, mode.challenge());
    }

    /**
     * Returns the service's own account.
     *
     * @throws BackendError 502 if the credentials are not available
     */
    Account ofService(Supplier<Credentials> own) {
        return new Account(supplied(own), true, mode.challenge(), errorTexts);
    }

    private Credentials callers(Context ctx) {
        var challenge = mode.challenge();
        if (challenge.isEmpty()) {
            return Credentials.none();
        }
        return ForwardedIdentity.of(ctx)
                .flatMap(ForwardedIdentity::accessToken)
                .map(Credentials::bearer)
                .orElseGet(() -> authorization(ctx, challenge.get()));
    }

    private static Credentials authorization(Context ctx, String challenge) {
        var headers = ctx.req().getHeaders("Authorization");
        if (!headers.hasMoreElements()) {
            throw unauthorized("Credentials are needed.", challenge);
        }
        var first = headers.nextElement();
        // A proxy in front of this service may have read the other one of two headers.
        var header = headers.hasMoreElements() ? "" : first;
        return Credentials.parse(header)
                .orElseThrow(() -> unauthorized("The Authorization header is malformed.", challenge));
    }

    private static Credentials supplied(Supplier<Credentials> service) {
        try {
            return Objects.requireNonNull(service.get(), "the supplied credentials");
        } catch (Throwable e) {
            // An Error too: it is no fault of the caller's. The message may quote the content of a secret file, so the
            // log shows the class alone.
            log.error(
                    "The service's own credentials cannot be had: {}",
                    e.getClass().getName());
            throw BackendError.of(502, "The service's own credentials cannot be had.");
        }
    }

    private static BackendError unauthorized(String content, String challenge) {
        return BackendError.of(401, content).withHeader("WWW-Authenticate", challenge);
    }
}
