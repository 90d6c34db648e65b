package io.apikit.auth.simulation;

import java.time.Duration;
import java.util.List;

/** What happens to everybody: time passes and jumps, tokens are revoked, users change, callers hang up, threads stall. */
final class Weather {
    private static final List<Duration> LONG =
            List.of(Duration.ofMinutes(2), Duration.ofMinutes(20), Duration.ofHours(13));

    private final Simulation world;
    private final Dice dice;

    Weather(Simulation world) {
        this.world = world;
        this.dice = world.dice();
    }

    void step() {
        if (world.isCalm()) {
            return;
        }
        time();
        logins();
        threads();
    }

    /** Where everybody waits, only time can help. */
    void idle() {
        jump("idle", Duration.ofMillis(100), Duration.ofSeconds(1));
    }

    private void time() {
        if (dice.chance(0.05)) {
            jump("tick", Duration.ofMillis(10), Duration.ofMillis(100));
        }
        if (dice.chance(0.01)) {
            jump("a moment passes", Duration.ofMillis(500), Duration.ofSeconds(3));
        }
        if (dice.chance(0.001)) {
            jump("the clock jumps", Duration.ofSeconds(5), Duration.ofSeconds(40));
        }
        if (dice.chance(0.0001)) {
            jump("the clock jumps far", Duration.ofMinutes(1), dice.oneOf(LONG));
        }
    }

    private void jump(String kind, Duration least, Duration most) {
        var by = dice.between(least, most);
        world.trace().note(kind, by);
        world.time().jump(by);
    }

    private void logins() {
        if (dice.chance(0.008)) {
            var live = world.identity().live();
            if (!live.isEmpty()) {
                var token = dice.oneOf(live);
                world.trace().note("revoked", token);
                token.revoke();
            }
        }
        if (dice.chance(0.0005)) {
            world.trace().note("all revoked");
            world.identity().live().forEach(ModelToken::revoke);
        }
        if (dice.chance(0.002)) {
            disagree();
        }
        if (dice.chance(0.002)) {
            changed(dice.oneOf(world.users()));
        }
    }

    private void disagree() {
        var forTime = dice.between(Duration.ofMillis(200), Duration.ofSeconds(10));
        var isLate = dice.chance(0.7);
        world.trace().note(isLate ? "a node learns late" : "a node restarts", forTime);
        world.backend().disagree(isLate ? world.time().now() : 0, forTime);
    }

    private void changed(ModelUser user) {
        if (dice.chance(0.3)) {
            world.trace().note("password changed", user.name());
            user.changePassword();
        } else {
            var locked = dice.chance(0.3);
            world.trace().note(locked ? "locked" : "unlocked", user.name());
            user.lock(locked);
        }
    }

    private void threads() {
        if (dice.chance(0.01)) {
            var caller = dice.oneOf(world.callers());
            if (caller.cancel()) {
                world.trace().note("cancelled");
            }
        }
        if (dice.chance(0.01)) {
            var actors = world.baton().actors();
            dice.oneOf(actors).freezeUntil(world.baton().steps() + dice.below(300));
        }
    }
}
