package io.apikit.oauth2;

import io.apikit.auth.Authenticator;
import io.apikit.auth.Credentials;
import io.apikit.auth.TokenLoginOptions;
import io.apikit.http.BackendResponse;
import io.apikit.http.Timing;
import io.apikit.oauth2.TokenClient.Method;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The options of the mode for OAuth 2.0. Not thread-safe; read once, when the mode is made.
 *
 * <p>The grant is the client's own (RFC 6749, section 4.4) unless {@link #passwordGrant()} or {@link #tokenExchange()} is
 * set. For the client's own, id and secret are the user name and the password of the session's credentials. For the
 * others these are the user's, and the client is set by {@link #client}, {@link #clientId} or {@link #privateKeyJwt}.
 */
public final class OAuth2Options {
    static final String BASIC_CHALLENGE = "Basic realm=\"apikit\", charset=\"UTF-8\"";

    private final List<Map.Entry<String, String>> parameters = new ArrayList<>();
    private Grant grant = Grant.CLIENT_CREDENTIALS;
    private Method method = Method.SECRET;
    private Consumer<TokenLoginOptions> signs = options -> {};
    private String subjectTokenType = Grant.ACCESS_TOKEN;
    private @Nullable String issuer;
    private @Nullable String tokenUri;
    private @Nullable String scope;
    private @Nullable String clientId;
    private @Nullable Supplier<Credentials> client;
    private @Nullable Path privateKey;
    private @Nullable SigningAlgorithm algorithm;
    private @Nullable String keyId;
    private @Nullable Duration margin;

    OAuth2Options() {}

    /**
     * Sets the issuer, whose metadata names the token endpoint: at {@code /.well-known/openid-configuration} below it, else
     * at the address of RFC 8414, section 3. The metadata must name exactly this issuer, also as to a slash at its end. It
     * is read with the first login, and kept for 6 h, or until the token endpoint is a 404.
     *
     * <p>The token endpoint may be on any origin: with https, on this machine, or with the issuer's own scheme.
     *
     * @param issuer an absolute http or https URI without query, fragment or user info
     */
    public OAuth2Options issuer(String issuer) {
        this.issuer = Objects.requireNonNull(issuer, "issuer");
        return this;
    }

    /**
     * Sets the token endpoint: an absolute http or https URI, on any origin. No metadata is read then. If the issuer is
     * set too, it is the audience of client assertions.
     */
    public OAuth2Options tokenUri(String uri) {
        this.tokenUri = Objects.requireNonNull(uri, "tokenUri");
        return this;
    }

    /** Exchanges the user name and the password of the session for a token (RFC 6749, section 4.3). */
    public OAuth2Options passwordGrant() {
        grant = Grant.PASSWORD;
        return this;
    }

    /**
     * Exchanges the caller's own bearer token for one for the backend (RFC 8693). The caller's token is sent to the issuer
     * only. The new one is used for no longer than the caller's is valid, if that is a JWT with an {@code exp}.
     */
    public OAuth2Options tokenExchange() {
        grant = Grant.TOKEN_EXCHANGE;
        return this;
    }

    /**
     * Sets the type of the callers' tokens (RFC 8693, section 3). Default:
     * {@code urn:ietf:params:oauth:token-type:access_token}.
     */
    public OAuth2Options subjectTokenType(String uri) {
        this.subjectTokenType = required("subjectTokenType", uri);
        return this;
    }

    /**
     * Sets the service's own client. With the client's own grant, all callers then get its rights, and need no credentials.
     *
     * @param client id and secret, as {@link Credentials#password}
     * @throws IllegalArgumentException for credentials of another kind
     */
    public OAuth2Options client(Credentials client) {
        if (!(client instanceof Credentials.Password)) {
            throw new IllegalArgumentException("client must be an id and a secret: Credentials.password(id, secret)");
        }
        return client(() -> client);
    }

    /**
     * Does the same with a secret that may change, such as {@link Credentials#passwordFile}. The supplier is called for
     * each login, on several threads at once.
     */
    public OAuth2Options client(Supplier<Credentials> client) {
        this.client = Objects.requireNonNull(client, "client");
        return this;
    }

    /** Sets the id of a client without a secret: a public client, or one with {@link #privateKeyJwt}. */
    public OAuth2Options clientId(String id) {
        this.clientId = required("clientId", id);
        return this;
    }

    /** Sends id and secret as {@code Authorization: Basic}, each form-encoded first (RFC 6749, section 2.3.1). */
    public OAuth2Options clientSecretBasic() {
        method = Method.SECRET_BASIC;
        return this;
    }

    /** Sends id and secret in the form. The default, unless the issuer's metadata lists {@code client_secret_basic} alone. */
    public OAuth2Options clientSecretPost() {
        method = Method.SECRET_POST;
        return this;
    }

    /**
     * Signs a JWT in place of a secret (RFC 7523, section 2.2). It is valid for 60 s, and its audience is the issuer, or the
     * token endpoint if no issuer is set. Needs {@link #clientId}.
     *
     * <p>The file is read when the mode is made, and again when it has changed. If a changed file cannot be used, the key
     * before stays in use, and a warning is logged.
     *
     * @param pem a private key in PKCS#8 form: RSA of 2048 bits or more, or EC on P-256, P-384 or P-521
     */
    public OAuth2Options privateKeyJwt(Path pem) {
        this.privateKey = Objects.requireNonNull(pem, "privateKeyJwt");
        return this;
    }

    /**
     * Sets the algorithm of these JWTs: RS256, PS256, ES256, ES384 or ES512 (RFC 7518, section 3). Default: RS256 for an RSA
     * key, PS256 for one that is marked for PSS, and for an EC key that of its curve.
     *
     * @throws IllegalArgumentException for any other name
     */
    public OAuth2Options signingAlgorithm(String name) {
        this.algorithm = SigningAlgorithm.named(name);
        return this;
    }

    /** Sets the header {@code kid} of these JWTs (RFC 7515, section 4.1.4). Default: none. */
    public OAuth2Options keyId(String id) {
        this.keyId = required("keyId", id);
        return this;
    }

    /** Sets the scope to request (RFC 6749, section 3.3). Default: none. */
    public OAuth2Options scope(String scope) {
        this.scope = required("scope", scope);
        return this;
    }

    /**
     * Adds a field to every token request, such as {@code audience} or {@code resource} (RFC 8707). Repeatable, also with
     * the same name.
     *
     * @throws IllegalArgumentException for a field that the mode sets itself; the message names it
     */
    public OAuth2Options parameter(String name, String value) {
        if (Grant.isOwnField(required("the name of a parameter", name).strip())) {
            throw new IllegalArgumentException("parameter(\"" + name.strip()
                    + "\") is set by the mode itself, as these are: " + Grant.ownFields());
        }
        parameters.add(Map.entry(name, Objects.requireNonNull(value, name)));
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
    public OAuth2Options margin(Duration beforeExpiry) {
        if (beforeExpiry.isNegative() || beforeExpiry.isZero()) {
            throw new IllegalArgumentException("margin must be positive, not " + beforeExpiry);
        }
        this.margin = beforeExpiry;
        return this;
    }

    /**
     * Sets the statuses of the backend that mean an expired token, and that nothing was done. Default: 401. The mode is
     * refused with an {@link IllegalArgumentException} if one is not 100 to 599.
     *
     * @see TokenLoginOptions#renewOn
     */
    public OAuth2Options renewOn(int... statuses) {
        var copy = statuses.clone();
        return sign(options -> options.renewOn(copy));
    }

    /**
     * Sets which other responses of the backend mean an expired token. Default: none.
     *
     * @see TokenLoginOptions#renewWhen
     */
    public OAuth2Options renewWhen(Predicate<BackendResponse> expired) {
        Objects.requireNonNull(expired, "renewWhen");
        return sign(options -> options.renewWhen(expired));
    }

    /**
     * Says that nothing was done after a response for which {@link #renewWhen} holds, so that a request that is not
     * idempotent is sent again too. Default: it may have been carried out.
     *
     * @see TokenLoginOptions#meansNothingDone
     */
    public OAuth2Options meansNothingDone() {
        return sign(TokenLoginOptions::meansNothingDone);
    }

    private OAuth2Options sign(Consumer<TokenLoginOptions> option) {
        signs = signs.andThen(option);
        return this;
    }

    /** @throws IllegalArgumentException if the options do not fit together */
    Authenticator mode(Timing timing, InstantSource clock) {
        if (issuer == null && tokenUri == null) {
            throw new IllegalArgumentException("oauth2 needs an issuer or a tokenUri");
        }
        // The token login judges responses by the same options, so its judgement is taken.
        var judge = Authenticator.tokenLogin(signs);
        var settings = new OAuth2Authenticator.Settings(
                grant,
                authentication(clock),
                endpoint(timing),
                scope,
                List.copyOf(parameters),
                subjectTokenType,
                judge,
                margin);
        return new OAuth2Authenticator(settings, clock);
    }

    private TokenEndpoint endpoint(Timing timing) {
        var discovery = issuer == null ? null : new IssuerDiscovery(issuer, timing);
        if (tokenUri == null) {
            return Objects.requireNonNull(discovery);
        }
        var uri = EndpointUri.parse("tokenUri", tokenUri);
        return TokenEndpoint.fixed(uri, issuer == null ? uri.toString() : issuer);
    }

    private TokenClient authentication(InstantSource clock) {
        if (client != null && clientId != null) {
            throw new IllegalArgumentException("oauth2 needs either client(..) or clientId(..)");
        }
        if (privateKey == null) {
            return withoutKey();
        }
        if (clientId == null || method != Method.SECRET) {
            throw new IllegalArgumentException(
                    "privateKeyJwt needs clientId(..), and no client(..) or clientSecret..()");
        }
        var chosen = algorithm;
        var file = new PrivateKeyFile(
                privateKey, key -> chosen == null ? SigningAlgorithm.of(key).isPresent() : chosen.fits(key));
        return new TokenClient(
                idOnly(clientId), Method.PRIVATE_KEY_JWT, new ClientAssertion(file, chosen, keyId, clock));
    }

    private TokenClient withoutKey() {
        if (algorithm != null || keyId != null) {
            throw new IllegalArgumentException("signingAlgorithm and keyId need privateKeyJwt(..)");
        }
        if (clientId == null) {
            return new TokenClient(client, method, null);
        }
        if (grant == Grant.CLIENT_CREDENTIALS) {
            throw new IllegalArgumentException(
                    "clientId(..) alone proves nothing: the grant needs client(..), privateKeyJwt(..) or the secret of the"
                            + " session's credentials");
        }
        return new TokenClient(idOnly(clientId), Method.NONE, null);
    }

    private static Supplier<Credentials> idOnly(String id) {
        var own = Credentials.password(id, "");
        return () -> own;
    }

    private static String required(String option, String text) {
        if (text.isBlank()) {
            throw new IllegalArgumentException(option + " must not be blank");
        }
        return text;
    }
}
