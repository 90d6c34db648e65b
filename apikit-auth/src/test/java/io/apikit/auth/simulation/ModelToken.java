package io.apikit.auth.simulation;

import io.apikit.auth.Login;
import java.time.Duration;
import java.util.Optional;

/** A token the model has issued: to whom, for how long, and what became of it. */
final class ModelToken {
    private final long number;
    private final SessionLedger owner;
    private final long issued;
    private final Optional<Duration> life;
    private final Optional<Duration> margin;
    private boolean revoked;
    private boolean rejected;
    private long endedSinceStep = Long.MAX_VALUE;
    private long deadSinceStep = Long.MAX_VALUE;
    private long round;

    ModelToken(long number, SessionLedger owner, long issued, Optional<Duration> life, Optional<Duration> margin) {
        this.number = number;
        this.owner = owner;
        this.issued = issued;
        this.life = life;
        this.margin = margin;
    }

    SessionLedger owner() {
        return owner;
    }

    String value() {
        return Secret.token(number);
    }

    long number() {
        return number;
    }

    /** The login as the mode hands it over: the named end, or none. */
    Login login() {
        var login = Login.of(java.util.Map.of("X-Token", value()));
        login = life.map(login::expiresIn).orElse(login);
        return margin.map(login::renewAhead).orElse(login);
    }

    boolean isGood(long now) {
        return !revoked && !isOver(now);
    }

    boolean isOver(long now) {
        return life.isPresent() && now - issued >= life.get().toNanos();
    }

    /** Not before this may it be renewed ahead of its end; the session counts from a little later. */
    boolean isDue(long now) {
        return life.isPresent()
                && now - issued >= life.get().minus(longestMargin()).toNanos();
    }

    boolean isShorterThan(Duration other) {
        return life.isPresent() && life.get().compareTo(other) < 0;
    }

    /** With all the jitter there may be: a tenth of the margin. */
    private Duration longestMargin() {
        return usedMargin().multipliedBy(11).dividedBy(10);
    }

    private Duration usedMargin() {
        var lived = life.orElse(Duration.ZERO);
        var asked = margin.map(wanted -> least(wanted, lived.dividedBy(2)));
        return asked.orElseGet(() -> least(Duration.ofSeconds(30), lived.dividedBy(10)));
    }

    private static Duration least(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    boolean isIssuedAfter(long nanos) {
        return issued > nanos;
    }

    boolean hasMargin() {
        return margin.isPresent();
    }

    /** The round of requests that are signed with it now. */
    long round() {
        return round;
    }

    /** A request signed in this round is accepted: the first one ends the round. */
    void accepted(long signedIn) {
        round = Math.max(round, signedIn + 1);
    }

    void revoke() {
        revoked = true;
    }

    /** An answer has said so to a call that may renew. */
    void reject() {
        rejected = true;
    }

    boolean isRejected() {
        return rejected;
    }

    /** The response to a request that was carried out has said so: an attempt that begins from now on renews it first. */
    void ends(long step) {
        rejected = true;
        endedSinceStep = Math.min(endedSinceStep, step);
    }

    boolean isEndedAt(long step) {
        return endedSinceStep < step;
    }

    /** Its credentials are refused, and itself is rejected: no attempt that begins from now on may use it. */
    void dies(long step) {
        deadSinceStep = step;
    }

    boolean isDeadAt(long step) {
        return deadSinceStep < step;
    }

    @Override
    public String toString() {
        return "token " + number + life.map(l -> " for " + l).orElse("");
    }
}
