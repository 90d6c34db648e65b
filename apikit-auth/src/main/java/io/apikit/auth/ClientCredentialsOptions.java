package io.apikit.auth;

import io.apikit.BackendError;
import io.apikit.auth.Credentials.Password;
import io.apikit.auth.TokenLogin.TokenResponses;
import io.apikit.auth.internal.logins.RenewalSigns;
import io.apikit.auth.internal.token.TokenResponse;
import io.apikit.auth.internal.token.TokenTemplate;
import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import io.apikit.http.internal.url.Authority;
import io.apikit.http.internal.url.BaseUrl;
import io.apikit.internal.util.AuthorizationHeader;
import io.apikit.internal.util.LogText;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The options of the mode for OAuth 2.0 client credentials (RFC 6749, section 4.4). Id and secret are the user name and
 * the password of the session's credentials. Not thread-safe; read once, when the mode is made.
 */
public final class ClientCredentialsOptions {
    private static final Set<String> OWN_FIELDS = Set.of("grant_type", "scope", "client_id", "client_secret");

    private @Nullable URI tokenUri;
    private @Nullable String scope;
    private final List<Map.Entry<String, String>> parameters = new ArrayList<>();
    private boolean basic;
    private RenewalSigns signs = RenewalSigns.UNAUTHORIZED;
    private @Nullable Duration margin;

    ClientCredentialsOptions() {}

    /**
     * Sets the token endpoint: an absolute http or https URI of the identity provider, on any origin. Required.
     *
     * @throws IllegalArgumentException if it is no such URI, or contains user info or a fragment
     */
    public ClientCredentialsOptions tokenUri(String uri) {
        this.tokenUri = endpoint(uri);
        return this;
    }

    /** Sets the scope to request (RFC 6749, section 3.3). Default: none. */
    public ClientCredentialsOptions scope(String scope) {
        this.scope = Objects.requireNonNull(scope, "scope");
        return this;
    }

    /**
     * Adds a field to the request for a token, such as {@code audience} or {@code resource} (RFC 8707). Repeatable, also with
     * the same name. Default: none.
     *
     * @throws IllegalArgumentException if it has no name, or is {@code grant_type}, {@code scope}, {@code client_id} or
     *     {@code client_secret}, which the mode sets itself; the message names it
     */
    public ClientCredentialsOptions parameter(String name, String value) {
        if (name.isBlank() || OWN_FIELDS.contains(name.strip().toLowerCase(Locale.ROOT))) {
            throw new IllegalArgumentException("parameter(\"" + name.strip()
                    + "\") of clientCredentials needs a name, and none that the mode sets itself");
        }
        parameters.add(Map.entry(name, Objects.requireNonNull(value, name)));
        return this;
    }

    /** Sends id and secret as {@code Authorization: Basic} (RFC 6749, section 2.3.1). Default: in the form. */
    public ClientCredentialsOptions clientSecretBasic() {
        this.basic = true;
        return this;
    }

    /**
     * Sets how long before its expiry a token is renewed, at most half its life. In that time a request waits for the
     * renewal, at most the backend's {@link io.apikit.http.HttpOptions#connectTimeout()}. If the renewal fails or takes
     * longer, the request is sent under the old token while that is valid. Default: a tenth of its life, at most 30 s,
     * and requests do not wait.
     *
     * @throws IllegalArgumentException if the margin is not positive
     */
    public ClientCredentialsOptions margin(Duration beforeExpiry) {
        if (beforeExpiry.isNegative() || beforeExpiry.isZero()) {
            throw new IllegalArgumentException("margin must be positive, not " + beforeExpiry);
        }
        this.margin = beforeExpiry;
        return this;
    }

    /**
     * Sets the statuses of the backend that mean an expired token. Default: 401. They must also mean that nothing was done:
     * after them a request is sent again, a POST too. Only after 201 to 299 it is not.
     *
     * @throws IllegalArgumentException if one is not 100 to 599
     */
    public ClientCredentialsOptions renewOn(int... statuses) {
        signs = signs.renewOn(statuses);
        return this;
    }

    /**
     * Sets which other responses of the backend mean an expired token.
     *
     * @see TokenLoginOptions#renewWhen
     */
    public ClientCredentialsOptions renewWhen(Predicate<BackendResponse> expired) {
        signs = signs.renewWhen(expired);
        return this;
    }

    /**
     * Says that nothing was done after a response for which {@link #renewWhen} holds.
     *
     * @see TokenLoginOptions#meansNothingDone
     */
    public ClientCredentialsOptions meansNothingDone() {
        signs = signs.meansNothingDone();
        return this;
    }

    ClientCredentialsGrant.ClientAuthentication settings() {
        if (tokenUri == null) {
            throw new IllegalArgumentException("clientCredentials needs a tokenUri");
        }
        return new ClientCredentialsGrant.ClientAuthentication(
                tokenUri, scope, List.copyOf(parameters), basic, signs, margin);
    }

    private static URI endpoint(String uri) {
        URI parsed;
        try {
            parsed = URI.create(uri);
        } catch (IllegalArgumentException ignored) {
            // The cause quotes the text, which may contain a secret.
            throw new IllegalArgumentException("tokenUri is no URI: '" + BaseUrl.masked(uri) + "'");
        }
        var web = "http".equalsIgnoreCase(parsed.getScheme()) || "https".equalsIgnoreCase(parsed.getScheme());
        if (!web
                || Authority.of(parsed).isEmpty()
                || parsed.getRawUserInfo() != null
                || parsed.getRawFragment() != null) {
            throw new IllegalArgumentException(
                    "tokenUri must be an http or https URI without user info or fragment, not '" + BaseUrl.masked(uri)
                            + "'");
        }
        return parsed;
    }

    /**
     * Exchanges a client's id and secret for a bearer token (RFC 6749, section 4.4), and signs each request with the token.
     */
    static final class ClientCredentialsGrant implements Authenticator {
        private static final Logger log = LoggerFactory.getLogger(ClientCredentialsGrant.class);

        private static final TokenTemplate BEARER = new TokenTemplate("Authorization", "Bearer {access_token}");

        /** Servers write it as OAuth 2.0 spells it, or as the type of their own that issues it. */
        private static final Pattern BEARER_TYPE = Pattern.compile("bearer[ _-]?(token)?", Pattern.CASE_INSENSITIVE);

        /** Errors of a request that concern what the service asked for, and not the client (RFC 6749, section 5.2; RFC 8707). */
        private static final Set<String> OF_THE_REQUEST =
                Set.of("invalid_request", "invalid_scope", "invalid_target", "unsupported_grant_type");

        private final ClientAuthentication settings;
        private final InstantSource clock;

        ClientCredentialsGrant(ClientAuthentication settings, InstantSource clock) {
            this.settings = settings;
            this.clock = clock;
        }

        static Authenticator with(Consumer<ClientCredentialsOptions> choose) {
            var options = new ClientCredentialsOptions();
            choose.accept(options);
            return new ClientCredentialsGrant(options.settings(), InstantSource.system());
        }

        @Override
        public String name() {
            return "client-credentials";
        }

        @Override
        public Login logIn(Credentials credentials, LoginTransport transport) throws LoginRefused {
            if (!(credentials instanceof Credentials.Password client)) {
                throw new LoginRefused("This service needs a client id and a client secret.");
            }
            var received = transport.at(settings.origin()).send(settings.request(client));
            requireAcceptedRequest(received, client);
            var response = TokenResponses.parse(BEARER, received, SecretMask.of(client));
            requireBearer(response);
            var login = TokenResponses.login(BEARER, response, null, clock);
            return settings.margin() == null ? login : login.renewAhead(settings.margin());
        }

        @Override
        public Verdict judge(BackendResponse response, Login used, LoginTransport transport) {
            return Verdict.of(settings.signs().of(response));
        }

        @Override
        public Optional<String> challenge() {
            return Optional.of(PassThroughAuthenticators.Basic.CHALLENGE);
        }

        /** A caller cannot mend an option of the service, so it is not refused for it. */
        private static void requireAcceptedRequest(BackendResponse received, Password client) {
            var response = TokenResponse.of(received);
            var code = response.text("error").filter(OF_THE_REQUEST::contains);
            if (received.status() == 400 && code.isPresent()) {
                var words = SecretMask.of(client).masked(response.reason().orElse(code.get()));
                log.warn("A token endpoint refused the options of this service: {}", LogText.of(words));
                throw BackendError.of(
                        502, "The token endpoint refused the options of this service (" + code.get() + ").");
            }
        }

        /** A token of another type must not be sent as a bearer token (RFC 6749, section 7.1). */
        private static void requireBearer(TokenResponse response) {
            var type = response.text("token_type");
            if (type.isPresent() && !BEARER_TYPE.matcher(type.get()).matches()) {
                throw BackendError.of(502, "The login answered with a token that is no bearer token.");
            }
        }

        /**
         * The chosen options of the client credentials mode, and the request of a login (RFC 6749, section 4.4.2).
         *
         * @param parameters further fields, whose names may be repeated
         */
        record ClientAuthentication(
                URI tokenUri,
                @Nullable String scope,
                List<Map.Entry<String, String>> parameters,
                boolean basic,
                RenewalSigns signs,
                @Nullable Duration margin) {
            String origin() {
                return tokenUri.getScheme() + "://" + tokenUri.getRawAuthority();
            }

            BackendRequest request(Password client) {
                var fields = new ArrayList<Map.Entry<String, String>>();
                fields.add(Map.entry("grant_type", "client_credentials"));
                if (scope != null) {
                    fields.add(Map.entry("scope", scope));
                }
                if (!basic) {
                    fields.add(Map.entry("client_id", client.username()));
                    fields.add(Map.entry("client_secret", client.password()));
                }
                fields.addAll(parameters);
                var form = fields.stream()
                        .map(field -> encoded(field.getKey()) + '=' + encoded(field.getValue()))
                        .collect(Collectors.joining("&"));
                var request = BackendRequest.post(target())
                        .header("Accept", "application/json")
                        .body(form.getBytes(StandardCharsets.US_ASCII), "application/x-www-form-urlencoded");
                return basic ? request.header("Authorization", authorization(client)) : request;
            }

            private String target() {
                var path = tokenUri.getRawPath().isEmpty() ? "/" : tokenUri.getRawPath();
                return tokenUri.getRawQuery() == null ? path : path + "?" + tokenUri.getRawQuery();
            }

            /** Each part is form-encoded first (RFC 6749, section 2.3.1), so an id may contain a colon. */
            private static String authorization(Password client) {
                return AuthorizationHeader.basic(encoded(client.username()), encoded(client.password()));
            }

            private static String encoded(String text) {
                return URLEncoder.encode(text, StandardCharsets.UTF_8);
            }
        }
    }
}
