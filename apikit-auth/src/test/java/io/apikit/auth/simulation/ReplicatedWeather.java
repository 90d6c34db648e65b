package io.apikit.auth.simulation;

import java.time.Duration;

/** What happens to all replicas, their store and their provider. */
final class ReplicatedWeather {
    private final ReplicatedSimulation world;
    private final Dice dice;

    ReplicatedWeather(ReplicatedSimulation world) {
        this.world = world;
        this.dice = world.dice();
    }

    void step() {
        if (world.isCalm()) {
            return;
        }
        time();
        store();
        logins();
        threads();
    }

    /** Where everybody waits, only time can help. */
    void idle() {
        world.time().jump(dice.between(Duration.ofMillis(50), Duration.ofMillis(500)));
    }

    private void time() {
        if (dice.chance(0.05)) {
            jump("tick", Duration.ofMillis(10), Duration.ofMillis(100));
        }
        if (dice.chance(0.002)) {
            jump("a moment passes", Duration.ofMillis(500), Duration.ofSeconds(3));
        }
        if (!world.isFair() && dice.chance(0.0005)) {
            jump("the clock jumps", Duration.ofSeconds(5), Duration.ofSeconds(60));
        }
    }

    private void jump(String kind, Duration least, Duration most) {
        var by = dice.between(least, most);
        world.trace().note(kind, by);
        world.time().jump(by);
    }

    private void store() {
        if (dice.chance(0.01)) {
            world.store().copy();
        }
        if (dice.chance(0.0005)) {
            world.trace().note("the store is away from one");
            world.someReplica().store().goAway(dice.between(Duration.ofMillis(500), Duration.ofSeconds(10)));
        }
        if (dice.chance(0.00015)) {
            var forTime = dice.between(Duration.ofMillis(500), Duration.ofSeconds(10));
            world.trace().note("the store is away", forTime);
            world.replicas().forEach(replica -> replica.store().goAway(forTime));
        }
        if (dice.chance(0.0002)) {
            world.trace().note("the store is flushed");
            world.store().flush();
            world.rules().isLost();
        }
        if (dice.chance(0.0002)) {
            world.trace().note("the store fails over");
            world.store().failOver();
            world.rules().isLost();
        }
    }

    private void logins() {
        if (dice.chance(0.006)) {
            var live = world.provider().live();
            if (!live.isEmpty()) {
                var token = dice.oneOf(live);
                world.trace().note("revoked", token);
                token.isRevoked = true;
            }
        }
        if (!world.isFair() && dice.chance(0.001)) {
            changed(dice.oneOf(world.users()));
        }
    }

    private void changed(ModelUser user) {
        if (dice.chance(0.3)) {
            world.trace().note("password changed", user.name());
            user.changePassword();
        } else {
            var isLocked = dice.chance(0.3);
            world.trace().note(isLocked ? "locked" : "unlocked", user.name());
            user.lock(isLocked);
        }
    }

    private void threads() {
        if (dice.chance(0.005) && dice.oneOf(world.callers()).cancel()) {
            world.trace().note("cancelled");
        }
        if (dice.chance(0.01)) {
            var most = world.isFair() ? 30 : 300;
            dice.oneOf(world.baton().actors()).freezeUntil(world.baton().steps() + dice.below(most));
        }
        if (!world.isFair() && dice.chance(0.0008)) {
            var stopped = world.someReplica();
            world.trace().note("stopped", stopped);
            stopped.stopUntil(world.baton().steps() + dice.below(2_000));
        }
        if (dice.chance(0.0008)) {
            world.restart(dice.below(ReplicatedSimulation.REPLICAS));
        }
    }
}
