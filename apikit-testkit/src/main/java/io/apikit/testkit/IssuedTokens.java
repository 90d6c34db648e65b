package io.apikit.testkit;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/** The tokens a fake has handed out, and until when each is good. Thread-safe. */
final class IssuedTokens {
    /** Whose a token is, and when it ends. */
    record Grant(String subject, Instant expires) {}

    private static final int MOST_TOKENS = 100_000;

    private final Bounded<Grant> grants = new Bounded<>(MOST_TOKENS);
    private final Jwt jwt = new Jwt(Tokens.next().getBytes(StandardCharsets.US_ASCII));
    private final InstantSource clock;
    private volatile Duration life;
    private volatile boolean opaque;

    IssuedTokens(InstantSource clock, Duration life) {
        this.clock = clock;
        this.life = life;
    }

    String issue(String subject) {
        Instant now = clock.instant();
        Instant expires = now.plus(life);
        String token = opaque ? Tokens.next() : jwt.sign(subject, now, expires);
        grants.put(token, new Grant(subject, expires));
        return token;
    }

    /** Empty for a token that is unknown, or has no more than this left. */
    Optional<Grant> live(String token, Duration left) {
        Instant until = clock.instant().plus(left);
        return grants.get(token).filter(grant -> grant.expires().isAfter(until));
    }

    Optional<Grant> live(String token) {
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

    Duration life() {
        return life;
    }

    void opaque(boolean unreadable) {
        opaque = unreadable;
    }
}
