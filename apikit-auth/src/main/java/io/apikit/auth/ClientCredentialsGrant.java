package io.apikit.auth;

import io.apikit.BackendError;
import io.apikit.auth.Credentials.Password;
import io.apikit.auth.internal.logins.RenewalSigns;
import io.apikit.auth.internal.token.TokenResponse;
import io.apikit.auth.internal.token.TokenTemplate;
import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import io.apikit.internal.util.AuthorizationHeader;
import io.apikit.internal.util.LogText;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Exchanges a client's id and secret for a bearer token (RFC 6749, section 4.4), and signs each request with the token.
 */
final class ClientCredentialsGrant implements Authenticator {
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
            throw BackendError.of(502, "The token endpoint refused the options of this service (" + code.get() + ").");
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
