package io.apikit.callers;

import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.BadJWTException;
import com.nimbusds.jwt.proc.JWTClaimsSetVerifier;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collections;
import java.util.Date;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Checks what a token with a good signature says (RFC 7519, section 4.1; RFC 8725, sections 3.8 and 3.9). Thread-safe. */
record ClaimsCheck(String issuer, Set<String> audiences, Duration skew, InstantSource clock)
        implements JWTClaimsSetVerifier<SecurityContext> {
    private static final int MOST_NAME_CHARACTERS = 255;

    @Override
    public void verify(JWTClaimsSet claims, @Nullable SecurityContext context) throws BadJWTException {
        requireIssuer(issuer, claims);
        require(
                !Collections.disjoint(audiences, claims.getAudience()),
                "wrong_audience",
                "The token is for another service");
        var now = clock.instant();
        var ends = claims.getExpirationTime();
        require(ends != null, "malformed", "The token has no time of expiry");
        require(ends == null || now.isBefore(ends.toInstant().plus(skew)), "expired", "The token has expired");
        var begins = Stream.of(
                        Optional.ofNullable(claims.getNotBeforeTime()), Optional.ofNullable(claims.getIssueTime()))
                .flatMap(Optional::stream)
                .map(Date::toInstant)
                .max(Instant::compareTo);
        require(
                begins.isEmpty() || !now.plus(skew).isBefore(begins.get()),
                "not_yet_valid",
                "The token is not valid yet");
        require(!name(claims).isEmpty(), "malformed", "The token names nobody");
    }

    static void requireIssuer(String issuer, JWTClaimsSet claims) throws BadJWTException {
        require(issuer.equals(claims.getIssuer()), "wrong_issuer", "The token is of another issuer");
    }

    private static void require(boolean isGood, String outcome, String content) throws BadJWTException {
        if (!isGood) {
            throw new BadClaim(outcome, content);
        }
    }

    /** Returns the name of the caller: a client that acts for itself may have no subject. Empty for no usable name. */
    static String name(JWTClaimsSet claims) {
        return Stream.of("sub", "client_id", "azp")
                .map(claims::getClaim)
                .filter(String.class::isInstance)
                .map(String.class::cast)
                .filter(name -> !name.isBlank()
                        && name.length() <= MOST_NAME_CHARACTERS
                        && name.chars().noneMatch(c -> Character.isISOControl(c) || c == 0x2028 || c == 0x2029))
                .findFirst()
                .orElse("");
    }

    /** Returns the scopes of a token: one text, or a list. */
    static Set<String> scopes(JWTClaimsSet claims) {
        var scopes = new LinkedHashSet<String>();
        for (var claim : List.of("scope", "scp")) {
            try {
                if (claims.getClaim(claim) instanceof String text) {
                    scopes.addAll(List.of(text.split(" ", -1)));
                } else {
                    Optional.ofNullable(claims.getStringListClaim(claim)).ifPresent(scopes::addAll);
                }
            } catch (ParseException ignored) {
                // A claim of another type names no scope.
            }
        }
        return scopes;
    }

    /** A claim for which a token is refused. The message has nothing of the token. */
    static final class BadClaim extends BadJWTException {
        private static final long serialVersionUID = 1L;

        private final String outcome;
        private final String content;

        private BadClaim(String outcome, String content) {
            super(content);
            this.outcome = outcome;
            this.content = content;
        }

        String outcome() {
            return outcome;
        }

        String content() {
            return content;
        }
    }
}
