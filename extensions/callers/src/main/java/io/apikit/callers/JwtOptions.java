package io.apikit.callers;

import com.nimbusds.jose.JWSAlgorithm;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The options of a check of signed tokens. {@link #issuer} and {@link #audience} are needed. Not thread-safe. */
public final class JwtOptions {
    private static final Duration LONGEST_SKEW = Duration.ofMinutes(10);

    /** Only those with a private key: who knows a shared one could make tokens. */
    private static final Set<JWSAlgorithm> SUPPORTED = Stream.of(
                    JWSAlgorithm.RS256,
                    JWSAlgorithm.RS384,
                    JWSAlgorithm.RS512,
                    JWSAlgorithm.PS256,
                    JWSAlgorithm.PS384,
                    JWSAlgorithm.PS512,
                    JWSAlgorithm.ES256,
                    JWSAlgorithm.ES384,
                    JWSAlgorithm.ES512)
            .collect(Collectors.toUnmodifiableSet());

    private String issuer = "";
    private final Set<String> audiences = new LinkedHashSet<>();
    private final Set<String> scopes = new LinkedHashSet<>();
    private Set<JWSAlgorithm> algorithms = SUPPORTED;
    private Set<String> types = Set.of("jwt", "at+jwt");
    private boolean needsType;
    private Duration clockSkew = Duration.ofSeconds(60);

    JwtOptions() {}

    /**
     * Sets the issuer, exactly as its tokens have it in {@code iss}. Its metadata is below it, at
     * {@code /.well-known/openid-configuration} (OpenID Connect Discovery 1.0, section 4).
     *
     * @throws IllegalArgumentException for anything but an https URL without query. An http URL is allowed for this
     *     machine alone
     */
    public JwtOptions issuer(String url) {
        IssuerUrl.require("issuer", URI.create(url));
        this.issuer = url;
        return this;
    }

    /** Adds an audience. A token must have one of them in {@code aud} (RFC 9068, section 4). */
    public JwtOptions audience(String audience) {
        audiences.add(nonBlank("audience", audience));
        return this;
    }

    /**
     * Adds a scope that a token must have, in {@code scope} (RFC 9068, section 2.2.3) or {@code scp}. All of them are
     * needed. A token without one is a 403. Default: none.
     */
    public JwtOptions requiredScope(String scope) {
        scopes.add(nonBlank("scope", scope));
        return this;
    }

    /**
     * Sets the algorithms of signatures that are accepted (RFC 7518, section 3.1). Default RS256, RS384, RS512, PS256,
     * PS384, PS512, ES256, ES384 and ES512.
     *
     * @throws IllegalArgumentException for any other one, such as {@code none} and those with a shared key
     */
    public JwtOptions algorithms(String... names) {
        var chosen = Stream.of(names).map(JWSAlgorithm::parse).collect(Collectors.toUnmodifiableSet());
        if (chosen.isEmpty() || !SUPPORTED.containsAll(chosen)) {
            throw new IllegalArgumentException("algorithms must be some of "
                    + SUPPORTED.stream().map(JWSAlgorithm::getName).sorted().toList() + ", not " + List.of(names));
        }
        this.algorithms = chosen;
        return this;
    }

    /**
     * Sets how far the clocks of the issuer and of this service may differ. Default 60 s.
     *
     * @throws IllegalArgumentException for a negative duration, or one of more than 10 minutes
     */
    public JwtOptions clockSkew(Duration skew) {
        if (skew.isNegative() || skew.compareTo(LONGEST_SKEW) > 0) {
            throw new IllegalArgumentException("clockSkew must not be negative, at most 10 minutes, but is " + skew);
        }
        this.clockSkew = skew;
        return this;
    }

    /**
     * Sets the type that a token must have in its header {@code typ}, such as {@code at+jwt} for access tokens (RFC 9068,
     * section 2.1). Default: {@code JWT}, {@code at+jwt} or none.
     */
    public JwtOptions type(String type) {
        this.types = Set.of(nonBlank("type", type).toLowerCase(Locale.ROOT));
        this.needsType = true;
        return this;
    }

    private static String nonBlank(String what, String value) {
        if (value.isBlank() || value.chars().anyMatch(c -> c <= ' ' || c == '"' || c == '\\' || c >= 127)) {
            throw new IllegalArgumentException(what + " must be one word, not \"" + value + '"');
        }
        return value;
    }

    void requireWhole() {
        if (issuer.isEmpty() || audiences.isEmpty()) {
            throw new IllegalArgumentException("a check of tokens needs an issuer(..) and an audience(..): a token for"
                    + " another service must not open this one");
        }
    }

    String issuer() {
        return issuer;
    }

    Set<String> audiences() {
        return Set.copyOf(audiences);
    }

    Set<String> scopes() {
        return new LinkedHashSet<>(scopes);
    }

    Set<JWSAlgorithm> algorithms() {
        return algorithms;
    }

    boolean acceptsType(String type) {
        return type.isEmpty()
                ? !needsType
                : types.contains(type.toLowerCase(Locale.ROOT).replaceFirst("^application/", ""));
    }

    Duration clockSkew() {
        return clockSkew;
    }
}
