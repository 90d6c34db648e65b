package io.apikit.testkit.internal;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/** The tokens a fake has handed out, and until when each is good. Thread-safe. */
public final class IssuedTokens {
    /** Whose a token is, and when it ends. */
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

    public String issue(String subject) {
        Instant now = clock.instant();
        Instant expires = now.plus(life);
        String token = opaque ? RandomTokens.next() : jwt.sign(subject, now, expires);
        grants.put(token, new Grant(subject, expires));
        return token;
    }

    /** Empty for a token that is unknown, or has no more than this left. */
    public Optional<Grant> live(String token, Duration left) {
        Instant until = clock.instant().plus(left);
        return grants.get(token).filter(grant -> grant.expires().isAfter(until));
    }

    public Optional<Grant> live(String token) {
        return live(token, Duration.ZERO);
    }

    /** Ends all at once, whatever they themselves say. */
    void expireAll() {
        grants.clear();
    }

    /** Of tokens issued from now on. */
    void life(Duration lasting) {
        life = lasting;
    }

    public Duration life() {
        return life;
    }

    void opaque(boolean unreadable) {
        opaque = unreadable;
    }
}
