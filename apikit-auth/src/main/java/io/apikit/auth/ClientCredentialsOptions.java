package io.apikit.auth;

import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How OAuth 2.0 client credentials (RFC 6749, section 4.4) are turned into a token. Id and secret are the user name and
 * password of the session's credentials. Not threadsafe; read once, when the mode is made.
 */
public final class ClientCredentialsOptions {
    private @Nullable URI tokenUri;
    private @Nullable String scope;
    private boolean basic;
    private @Nullable Duration margin;

    ClientCredentialsOptions() {}

    /**
     * The token endpoint: an absolute http or https URI, on whatever origin the identity provider has. Required.
     *
     * @throws IllegalArgumentException if it is anything else, or has user info or a fragment in it
     */
    public ClientCredentialsOptions tokenUri(String uri) {
        this.tokenUri = endpoint(uri);
        return this;
    }

    /** The scope to ask for (RFC 6749, section 3.3). Default: none. */
    public ClientCredentialsOptions scope(String scope) {
        this.scope = Objects.requireNonNull(scope, "scope");
        return this;
    }

    /** Id and secret go as {@code Authorization: Basic} (RFC 6749, section 2.3.1). Default: in the form. */
    public ClientCredentialsOptions clientSecretBasic() {
        this.basic = true;
        return this;
    }

    /**
     * How long before its expiry a token is renewed, for backends that want some life left; at most half its life.
     * Default: a tenth of its life, at most 30 s.
     */
    public ClientCredentialsOptions margin(Duration beforeExpiry) {
        if (beforeExpiry.isNegative() || beforeExpiry.isZero()) {
            throw new IllegalArgumentException("margin must be positive, not " + beforeExpiry);
        }
        this.margin = beforeExpiry;
        return this;
    }

    ClientCredentialsGrant.ClientAuthentication settings() {
        if (tokenUri == null) {
            throw new IllegalArgumentException("clientCredentials needs a tokenUri");
        }
        return new ClientCredentialsGrant.ClientAuthentication(tokenUri, scope, basic, margin);
    }

    private static URI endpoint(String uri) {
        URI parsed;
        try {
            parsed = URI.create(uri);
        } catch (IllegalArgumentException malformed) {
            throw new IllegalArgumentException("tokenUri is no URI", malformed.getCause());
        }
        var web = "http".equalsIgnoreCase(parsed.getScheme()) || "https".equalsIgnoreCase(parsed.getScheme());
        // Not quoted: with user info in it, it holds a secret.
        if (!web || parsed.getHost() == null || parsed.getRawUserInfo() != null || parsed.getRawFragment() != null) {
            throw new IllegalArgumentException("tokenUri must be an http or https URI without user info or fragment");
        }
        return parsed;
    }
}
