package io.apikit.auth;

import io.apikit.BackendError;
import io.apikit.auth.internal.secrets.ErrorTexts;
import io.apikit.auth.internal.sharing.SlowPasswordHash;
import io.apikit.auth.internal.sharing.StoreKeys;
import io.apikit.http.Deadline;
import io.apikit.internal.util.LogText;
import io.apikit.ops.ForwardedIdentity;
import io.javalin.http.Context;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The account of a session. Immutable; its {@code toString} shows nothing of the credentials.
 *
 * @param credentials the caller's, or the service's own
 * @param ofService whether they are the service's own
 * @param challenge the mode's challenge, for a 401 to a caller
 * @param errorTexts whether callers get the text of an error, if the credentials are the service's own
 */
record Account(Credentials credentials, boolean ofService, Optional<String> challenge, ErrorTexts errorTexts) {
    private static final Logger log = LoggerFactory.getLogger(Account.class);

    /** One for all callers: only what concerns the service's own account may be withheld. */
    private static final ErrorTexts OF_CALLERS = new ErrorTexts(true, "the backend");

    Account(Credentials credentials, boolean ofService, Optional<String> challenge) {
        this(credentials, ofService, challenge, OF_CALLERS);
    }

    /** Returns whose the account is, as a part of the key of its session. */
    char owner() {
        return ofService ? 's' : 'c';
    }

    /** Returns the kind of its credentials, as a part of the key of its session. */
    char kind() {
        if (credentials instanceof Credentials.Password password) {
            return password.charset().equals(StandardCharsets.UTF_8) ? 'p' : 'q';
        }
        return credentials instanceof Credentials.Bearer ? 'b' : '-';
    }

    /** Returns the user name, or the token. */
    String first() {
        if (credentials instanceof Credentials.Password password) {
            return password.username();
        }
        return credentials instanceof Credentials.Bearer bearer ? bearer.token() : "";
    }

    /** Returns the password, or nothing. */
    String second() {
        return credentials instanceof Credentials.Password password ? password.password() : "";
    }

    /**
     * Returns the keys under which the replicas of a backend share its session. Who has the store and its secret could try
     * passwords, so theirs takes long. Tokens cannot be guessed.
     *
     * @return none if the password cannot be hashed before the deadline
     */
    Optional<List<String>> storeKeys(StoreKeys keys, String backend, Deadline deadline) {
        var isSlow = credentials instanceof Credentials.Password && !keys.isOfProcess();
        var salt = backend.length() + ":" + backend + owner() + kind() + first();
        var second = isSlow
                ? SlowPasswordHash.hash(second(), salt, deadline)
                : Optional.of(second().getBytes(StandardCharsets.UTF_8));
        return second.map(hash -> keys.session(backend, owner(), kind(), first(), hash));
    }

    /**
     * Returns the error for the caller. Secrets that the backend quotes are masked. Of the service's own account, there is
     * no text if it is not to be shown, or if the caller may have sent a guess that is not known. A 401 has the
     * challenge (RFC 9110, section 15.5.2). A 401 for the service's own account is not the caller's fault, so it becomes
     * a 502.
     */
    BackendError refined(BackendError error, SecretMask secrets) {
        var masked = shown(secrets.masked(error), secrets.isComparable());
        if (masked.statusCode() != 401) {
            return masked;
        }
        return ofService
                ? BackendError.of(
                        502,
                        "The backend refused the service's own login: "
                                + masked.content().orElse(masked.reason()))
                : challenge
                        .map(value -> masked.withHeader("WWW-Authenticate", value))
                        .orElse(masked);
    }

    /** Returns the error as callers may see it: whole, or without the words of the backend. */
    BackendError shown(BackendError masked, boolean isComparable) {
        if (!ofService || errorTexts.mayShow(isComparable)) {
            return masked;
        }
        log.debug("An error of the backend that is not shown: {}", LogText.of(String.valueOf(masked.getMessage())));
        var shown = BackendError.of(masked.statusCode(), null);
        for (var header : masked.headers().entrySet()) {
            shown = shown.withHeader(header.getKey(), header.getValue());
        }
        return shown;
    }

    /** Returns a mask of the credentials' secrets, to which a login's can be added. */
    SecretMask secrets() {
        return SecretMask.of(credentials);
    }

    @Override
    public String toString() {
        return ofService ? "Account[service]" : "Account[caller]";
    }

    /** Finds the account of a request: the service's own, if it has one, else the caller's. Thread-safe. */
    static final class AccountResolver {
        private final Authenticator mode;
        private final @Nullable Supplier<Credentials> service;
        private final ErrorTexts errorTexts;

        /** @param errorTexts whether callers get the text of an error that concerns the service's own account */
        AccountResolver(Authenticator mode, @Nullable Supplier<Credentials> service, ErrorTexts errorTexts) {
            this.mode = mode;
            this.service = service;
            this.errorTexts = errorTexts;
        }

        /** Returns the challenge for callers without credentials; empty if they need none. */
        Optional<String> challenge() {
            return service == null ? mode.challenge() : Optional.empty();
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
                // An Error too: it is no fault of the caller's. The message may quote the content of a secret file, so
                // the
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
}
