package io.apikit.auth;

import io.apikit.BackendError;
import io.apikit.ops.ForwardedIdentity;
import io.javalin.http.Context;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** On whose account a request goes out: the service's own, if it has one, else its caller's. Threadsafe. */
final class AccountResolver {
    private static final Logger log = LoggerFactory.getLogger(AccountResolver.class);

    private final Authenticator mode;
    private final @Nullable Supplier<Credentials> service;

    AccountResolver(Authenticator mode, @Nullable Supplier<Credentials> service) {
        this.mode = mode;
        this.service = service;
    }

    /** @throws BackendError 401 with the mode's challenge; 502 where the service has none to show of its own */
    Account of(Context ctx) {
        return service == null ? new Account(callers(ctx), false, mode.challenge()) : ofService(service);
    }

    Account of(Credentials callers) {
        return new Account(callers, false, mode.challenge());
    }

    Account ofService(Supplier<Credentials> own) {
        return new Account(supplied(own), true, mode.challenge());
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
        // Two of them could be read differently by whatever stands in front of us.
        var header = headers.hasMoreElements() ? "" : first;
        return Credentials.parse(header)
                .orElseThrow(() -> unauthorized("The Authorization header is malformed.", challenge));
    }

    private static Credentials supplied(Supplier<Credentials> service) {
        try {
            return Objects.requireNonNull(service.get(), "the supplied credentials");
        } catch (RuntimeException unreadable) {
            // What it says may quote a secret file's content: only its kind is shown.
            log.error(
                    "The service's own credentials cannot be had: {}",
                    unreadable.getClass().getName());
            throw BackendError.of(502, "The service's own credentials cannot be had.");
        }
    }

    private static BackendError unauthorized(String content, String challenge) {
        return BackendError.of(401, content).withHeader("WWW-Authenticate", challenge);
    }
}
