package io.apikit.auth.simulation;

import io.apikit.auth.Login;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** A token that was issued to one replica, and what became of it. */
final class SharedToken {
    final long number;
    final SharedAccount account;
    final ModelReplica issuedTo;
    final long issued;
    final Optional<Duration> life;
    boolean isRevoked;

    /** The store has had it: any replica may use it. */
    boolean isPublished;

    /** Its replica has learned that a later lease is there: nobody may use it, unless the store has it all the same. */
    boolean isDropped;

    int rolled;

    SharedToken(long number, SharedAccount account, ModelReplica issuedTo, long issued, Optional<Duration> life) {
        this.number = number;
        this.account = account;
        this.issuedTo = issuedTo;
        this.issued = issued;
        this.life = life;
    }

    Login login() {
        var login = Login.of(Map.of("X-Token", Secret.token(number)));
        return life.map(login::expiresIn).orElse(login);
    }

    boolean isGood(long now) {
        return !isRevoked && !isOver(now);
    }

    boolean isOver(long now) {
        return life.isPresent() && now - issued >= life.get().toNanos();
    }

    /** Whether it is good for a while yet, by any clock of the model: these are fast or slow by a twentieth. */
    boolean isSurelyLive(long now) {
        return life.isEmpty()
                || (now - issued) * 1.2
                        < life.get().toNanos() - Duration.ofMillis(200).toNanos();
    }

    /** Whether it was issued after the other one by any clock, each of which has its own idea of how long ago that was. */
    boolean isSurelyLaterThan(SharedToken other, long now) {
        return other.isSurelyBefore(issued, now);
    }

    /** Whether it was issued before that moment by any clock. */
    boolean isSurelyBefore(long atNanos, long now) {
        return atNanos - issued > (now - issued) * 0.2;
    }

    @Override
    public String toString() {
        return "token " + number + life.map(l -> " for " + l).orElse("");
    }
}
