package io.apikit.auth;

import io.apikit.auth.internal.logins.RenewalSigns;
import io.apikit.http.BackendResponse;
import io.apikit.http.internal.url.Authority;
import io.apikit.http.internal.url.BaseUrl;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

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
}
