package io.apikit.callers;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.jwk.source.RateLimitReachedException;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.BadJWSException;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.JWTParser;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.jwt.proc.BadJWTException;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import io.apikit.callers.ClaimsCheck.BadClaim;
import io.apikit.ops.callers.CallerCheck.Admitted;
import io.apikit.ops.callers.CallerCheck.Decision;
import io.apikit.ops.callers.VerifiedCaller;
import java.text.ParseException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Admits callers with a token that a known issuer has signed for this service. Thread-safe. */
final class JwtCheck implements CredentialCheck {
    private static final String MISSING_CHALLENGE = "Bearer realm=\"apikit\"";

    /** Longer ones are refused before anything is parsed. Jetty's own limit of headers is mostly lower. */
    private static final int MOST_CHARACTERS = 16 * 1024;

    private final JwtOptions options;
    private final IssuerKeys keys;
    private final DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();

    private JwtCheck(JwtOptions options, KeyCache cache, InstantSource clock) {
        this.options = options;
        this.keys = new IssuerKeys(options.issuer());
        processor.setJWSKeySelector(new JWSVerificationKeySelector<>(options.algorithms(), cache.over(keys)));
        processor.setJWSTypeVerifier((type, context) -> {
            if (!options.acceptsType(type == null ? "" : type.getType())) {
                throw new BadJOSEException("type");
            }
        });
        processor.setJWTClaimsSetVerifier(
                new ClaimsCheck(options.issuer(), options.audiences(), options.clockSkew(), clock));
    }

    static JwtCheck of(JwtOptions options) {
        return of(options, KeyCache.STANDARD, InstantSource.system());
    }

    static JwtCheck of(JwtOptions options, KeyCache cache, InstantSource clock) {
        options.requireWhole();
        return new JwtCheck(options, cache, clock);
    }

    @Override
    public Decision check(Function<String, List<String>> headers) {
        if (headers.apply(BearerToken.HEADER).size() > 1) {
            return Refusals.invalidToken("malformed", "The header Authorization is there more than once");
        }
        return BearerToken.of(headers)
                .map(this::checkToken)
                .orElseGet(() ->
                        Refusals.missing("A bearer token is needed in the header Authorization", MISSING_CHALLENGE));
    }

    private Decision checkToken(String token) {
        if (token.length() > MOST_CHARACTERS) {
            return Refusals.invalidToken("malformed", "The token is too long");
        }
        try {
            if (!(JWTParser.parse(token) instanceof SignedJWT signed)) {
                return wrongAlgorithm();
            }
            var header = signed.getHeader();
            if (!options.algorithms().contains(header.getAlgorithm())) {
                return wrongAlgorithm();
            }
            var type = header.getType() == null ? "" : header.getType().getType();
            if (!options.acceptsType(type)) {
                return Refusals.invalidToken("wrong_type", "The token is of another type");
            }
            // Before its key is looked for: a token of another issuer names a key for which all keys would be fetched.
            ClaimsCheck.requireIssuer(options.issuer(), signed.getJWTClaimsSet());
            return admitted(processor.process(signed, null));
        } catch (BadJOSEException | JOSEException e) {
            return refused(e);
        } catch (ParseException | RuntimeException | StackOverflowError e) {
            // The parser may fail in many ways on what a stranger has made up.
            return Refusals.invalidToken("malformed", "The token is malformed");
        }
    }

    private static Decision wrongAlgorithm() {
        return Refusals.invalidToken("algorithm", "The token is not signed in an accepted way");
    }

    private Decision admitted(JWTClaimsSet claims) {
        return ClaimsCheck.scopes(claims).containsAll(options.scopes())
                ? new Admitted(new VerifiedCaller(ClaimsCheck.name(claims), claims.toJSONObject()), BearerToken.HEADER)
                : Refusals.insufficientScope(List.copyOf(options.scopes()));
    }

    private Decision refused(Exception e) {
        if (e instanceof BadClaim claim) {
            return Refusals.invalidToken(claim.outcome(), claim.content());
        }
        if (e instanceof BadJWSException) {
            return Refusals.invalidToken("bad_signature", "The signature of the token is wrong");
        }
        if (e instanceof BadJWTException) {
            return Refusals.invalidToken("malformed", "The token is malformed");
        }
        var isUnknownKey = e instanceof RateLimitReachedException && keys.hasSucceeded();
        return e instanceof KeySourceException && !isUnknownKey
                ? Refusals.unavailable()
                : Refusals.invalidToken("unknown_key", "The token is signed with a key that the issuer does not name");
    }

    @Override
    public Optional<String> ownHeader() {
        return Optional.empty();
    }

    @Override
    public Map<String, Map<String, Object>> securitySchemes() {
        return Map.of(
                "token",
                Map.of(
                        "type",
                        "http",
                        "scheme",
                        "bearer",
                        "bearerFormat",
                        "JWT",
                        "description",
                        "A token of " + options.issuer()));
    }

    @Override
    public String toString() {
        return "jwt[issuer=" + options.issuer() + ']';
    }

    /**
     * How long keys are kept.
     *
     * @param life after which keys are fetched again
     * @param leastInterval in which at most two fetches begin, however many tokens name unknown keys
     * @param outage for which old keys are used if no new ones can be fetched
     */
    record KeyCache(Duration life, Duration leastInterval, Duration outage) {
        static final KeyCache STANDARD =
                new KeyCache(Duration.ofMinutes(5), Duration.ofSeconds(10), Duration.ofHours(6));

        /** For each fetch: of the metadata and of the keys, to connect and to read. */
        private static final Duration FETCH = Duration.ofSeconds(10);

        private JWKSource<SecurityContext> over(IssuerKeys keys) {
            var builder = JWKSourceBuilder.<SecurityContext>create(keys)
                    .cache(life.toMillis(), FETCH.toMillis())
                    .refreshAheadCache(false)
                    .outageTolerant(outage.toMillis());
            return (leastInterval.isZero() ? builder.rateLimited(false) : builder.rateLimited(leastInterval.toMillis()))
                    .build();
        }
    }
}
