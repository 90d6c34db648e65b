package io.apikit.testkit.internal;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/** The tokens that a fake has issued, and when each expires. Thread-safe. It keeps the last 100,000. */
public final class IssuedTokens {
    /** The owner of a token, and when the token expires. */
    public record Grant(String subject, Instant expires) {}

    private static final int MOST_TOKENS = 100_000;

    private final BoundedMap<Grant> grants = new BoundedMap<>(MOST_TOKENS);
    private final JwtSigner jwt = new JwtSigner(RandomTokens.next().getBytes(StandardCharsets.US_ASCII));
    private final InstantSource clock;
    private volatile Duration life;
    private volatile boolean opaque;

    IssuedTokens(InstantSource clock, Duration life) {
        this.clock = clock;
        this.life = life;
    }

    /** Returns a new token for this subject: a JWT, or an opaque one. */
    public String issue(String subject) {
        Instant now = clock.instant();
        Instant expires = now.plus(life);
        String token = opaque ? RandomTokens.next() : jwt.sign(subject, now, expires);
        grants.put(token, new Grant(subject, expires));
        return token;
    }

    /** Returns the grant of a token; empty if the token is unknown, or expires within this time. */
    public Optional<Grant> live(String token, Duration left) {
        Instant until = clock.instant().plus(left);
        return grants.get(token).filter(grant -> grant.expires().isAfter(until));
    }

    /** Returns the grant of a token; empty if the token is unknown or has expired. */
    public Optional<Grant> live(String token) {
        return live(token, Duration.ZERO);
    }

    /** Returns whether this token was issued here, expired or not. */
    public boolean issued(String token) {
        return grants.get(token).isPresent();
    }

    /** Ends all tokens at once, whatever expiry they state. They stay known as expired ones. */
    void expireAll() {
        grants.replaceAll(grant -> new Grant(grant.subject(), Instant.EPOCH));
    }

    /** Sets how long tokens that are issued from now on are valid. */
    void life(Duration lasting) {
        life = lasting;
    }

    /** Returns how long a token that is issued now is valid. */
    public Duration life() {
        return life;
    }

    void opaque(boolean isOpaque) {
        opaque = isOpaque;
    }
}
