package io.apikit.auth;

import com.github.benmanes.caffeine.cache.Caffeine;
import io.apikit.http.Timing;
import java.time.Duration;

/** How many sessions are kept, for how long, and how often their logins may be tried. */
record SessionSettings(
        int maxSessions,
        Duration idle,
        Duration age,
        Duration coolDown,
        int renewalBurst,
        Duration renewalRefill,
        Timing timing) {
    SessionSettings {
        atLeastOne("maxSessions", maxSessions);
        positive("sessionIdle", idle);
        positive("sessionAge", age);
        positive("loginCoolDown", coolDown);
        atLeastOne("renewals burst", renewalBurst);
        positive("renewals refill", renewalRefill);
    }

    static SessionSettings defaults() {
        return new SessionSettings(
                10_000,
                Duration.ofMinutes(30),
                Duration.ofHours(12),
                Duration.ofSeconds(30),
                5,
                Duration.ofSeconds(5),
                Timing.system());
    }

    SessionSettings maxSessions(int max) {
        return new SessionSettings(max, idle, age, coolDown, renewalBurst, renewalRefill, timing);
    }

    SessionSettings idle(Duration idle) {
        return new SessionSettings(maxSessions, idle, age, coolDown, renewalBurst, renewalRefill, timing);
    }

    SessionSettings age(Duration age) {
        return new SessionSettings(maxSessions, idle, age, coolDown, renewalBurst, renewalRefill, timing);
    }

    SessionSettings coolDown(Duration coolDown) {
        return new SessionSettings(maxSessions, idle, age, coolDown, renewalBurst, renewalRefill, timing);
    }

    SessionSettings renewals(int burst, Duration refill) {
        return new SessionSettings(maxSessions, idle, age, coolDown, burst, refill, timing);
    }

    SessionSettings timing(Timing timing) {
        return new SessionSettings(maxSessions, idle, age, coolDown, renewalBurst, renewalRefill, timing);
    }

    RenewalCap renewalCap() {
        return new RenewalCap(renewalBurst, renewalRefill, timing);
    }

    /** A cache of so many entries on the injected time; its upkeep runs on whoever uses it, so it holds no thread. */
    Caffeine<Object, Object> bounded(long most) {
        return Caffeine.newBuilder().maximumSize(most).ticker(timing::nanoTime).executor(Runnable::run);
    }

    private static void atLeastOne(String what, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(what + " must be at least 1, not " + value);
        }
    }

    private static void positive(String what, Duration duration) {
        if (duration.isNegative() || duration.isZero()) {
            throw new IllegalArgumentException(what + " must be positive, not " + duration);
        }
    }
}
