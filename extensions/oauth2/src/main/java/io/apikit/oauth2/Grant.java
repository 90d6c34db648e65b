package io.apikit.oauth2;

import io.apikit.auth.Credentials;
import io.apikit.auth.LoginRefused;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What is exchanged for a token, and which errors of a token endpoint concern it. */
enum Grant {
    /** The client's own id and secret (RFC 6749, section 4.4). */
    CLIENT_CREDENTIALS("client_credentials", "invalid_client", "unauthorized_client", "invalid_grant", "access_denied"),

    /** A user's name and password (RFC 6749, section 4.3). */
    PASSWORD(
            "password",
            "invalid_grant",
            "access_denied",
            "mfa_required",
            "interaction_required",
            "consent_required",
            "login_required"),

    /** A caller's bearer token. An invalid one is an {@code invalid_request} (RFC 8693, section 2.2.2). */
    TOKEN_EXCHANGE(
            "urn:ietf:params:oauth:grant-type:token-exchange",
            "invalid_request",
            "invalid_grant",
            "invalid_token",
            "access_denied",
            "interaction_required",
            "consent_required",
            "login_required");

    /** An access token by its type (RFC 8693, section 3). */
    static final String ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token";

    /** Fields of token requests that have an option or a meaning of their own, in lower case. */
    private static final Set<String> OWN_FIELDS = Set.of(
            "grant_type",
            "scope",
            "client_id",
            "client_secret",
            "client_assertion",
            "client_assertion_type",
            "username",
            "password",
            "refresh_token",
            "subject_token",
            "subject_token_type",
            "requested_token_type",
            "actor_token",
            "actor_token_type");

    private final String type;

    @SuppressWarnings("ImmutableEnumChecker") // made by Set.of
    private final Set<String> refusals;

    Grant(String type, String... refusals) {
        this.type = type;
        this.refusals = Set.of(refusals);
    }

    /** Returns whether a request sets this field itself, so that no parameter may. */
    static boolean isOwnField(String name) {
        return OWN_FIELDS.contains(name.toLowerCase(Locale.ROOT));
    }

    /** Returns all fields that no parameter may set, for an error. */
    static String ownFields() {
        return OWN_FIELDS.stream().sorted().collect(Collectors.joining(", "));
    }

    /**
     * Returns the first fields of a token request.
     *
     * @param subjectTokenType the type of a caller's token, for an exchange
     * @throws LoginRefused if the credentials are of another kind
     */
    TokenForm form(Credentials credentials, String subjectTokenType) throws LoginRefused {
        var form = new TokenForm(type);
        switch (this) {
            case CLIENT_CREDENTIALS -> {
                // The client's authentication follows, and is all there is.
            }
            case PASSWORD -> {
                var user = password(credentials, "This service needs a user name and a password.");
                form.add("username", user.username()).secret("password", user.password());
            }
            case TOKEN_EXCHANGE ->
                form.secret("subject_token", bearer(credentials).token())
                        .add("subject_token_type", subjectTokenType)
                        .add("requested_token_type", ACCESS_TOKEN);
        }
        return form;
    }

    static Credentials.Password password(Credentials credentials, String otherwise) throws LoginRefused {
        if (credentials instanceof Credentials.Password password) {
            return password;
        }
        throw new LoginRefused(otherwise);
    }

    private static Credentials.Bearer bearer(Credentials credentials) throws LoginRefused {
        if (credentials instanceof Credentials.Bearer bearer) {
            return bearer;
        }
        throw new LoginRefused("This service needs a bearer token.");
    }

    /** Returns whether this error code says something about the credentials of the session. */
    boolean isRefusal(String code) {
        return refusals.contains(code);
    }

    /**
     * Returns whether a refresh token is used. One of an exchange is not: it could outlive the caller's own token, which
     * each further exchange has the issuer check.
     */
    boolean keepsRefreshTokens() {
        return this != TOKEN_EXCHANGE;
    }

    /** Returns the types that an issued token may have (RFC 8693, section 2.2.1): a JWT may be an access token too. */
    static Stream<String> issuedTypes() {
        return Stream.of(ACCESS_TOKEN, "urn:ietf:params:oauth:token-type:jwt");
    }
}
