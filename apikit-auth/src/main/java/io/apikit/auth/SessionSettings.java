package io.apikit.auth;

import com.github.benmanes.caffeine.cache.Caffeine;
import io.apikit.http.Timing;
import java.time.Duration;

/**
 * How many sessions are kept, for how long, and how often their logins may be tried.
 *
 * @param renewals of one session
 * @param logins of all sessions of one backend
 * @param refusalsPerUser of callers' passwords for one user name
 * @param refusalsPerSource of callers' passwords from one address
 */
record SessionSettings(
        int maxSessions,
        Duration idle,
        Duration age,
        Duration coolDown,
        Rate renewals,
        Rate logins,
        Rate refusalsPerUser,
        Rate refusalsPerSource,
        Timing timing) {
    SessionSettings {
        if (maxSessions < 1) {
            throw new IllegalArgumentException("maxSessions must be at least 1, not " + maxSessions);
        }
        positive("sessionIdle", idle);
        positive("sessionAge", age);
        positive("loginCoolDown", coolDown);
    }

    static SessionSettings defaults() {
        return new SessionSettings(
                10_000,
                Duration.ofMinutes(30),
                Duration.ofHours(12),
                Duration.ofSeconds(30),
                new Rate(5, Duration.ofSeconds(5)),
                new Rate(500, Duration.ofMillis(20)),
                new Rate(10, Duration.ofSeconds(30)),
                new Rate(100, Duration.ofSeconds(3)),
                Timing.system());
    }

    SessionSettings maxSessions(int max) {
        return new SessionSettings(
                max, idle, age, coolDown, renewals, logins, refusalsPerUser, refusalsPerSource, timing);
    }

    SessionSettings idle(Duration idle) {
        return new SessionSettings(
                maxSessions, idle, age, coolDown, renewals, logins, refusalsPerUser, refusalsPerSource, timing);
    }

    SessionSettings age(Duration age) {
        return new SessionSettings(
                maxSessions, idle, age, coolDown, renewals, logins, refusalsPerUser, refusalsPerSource, timing);
    }

    SessionSettings coolDown(Duration coolDown) {
        return new SessionSettings(
                maxSessions, idle, age, coolDown, renewals, logins, refusalsPerUser, refusalsPerSource, timing);
    }

    SessionSettings renewals(Rate rate) {
        return new SessionSettings(
                maxSessions, idle, age, coolDown, rate, logins, refusalsPerUser, refusalsPerSource, timing);
    }

    SessionSettings logins(Rate rate) {
        return new SessionSettings(
                maxSessions, idle, age, coolDown, renewals, rate, refusalsPerUser, refusalsPerSource, timing);
    }

    SessionSettings refusalsPerUser(Rate rate) {
        return new SessionSettings(maxSessions, idle, age, coolDown, renewals, logins, rate, refusalsPerSource, timing);
    }

    SessionSettings refusalsPerSource(Rate rate) {
        return new SessionSettings(maxSessions, idle, age, coolDown, renewals, logins, refusalsPerUser, rate, timing);
    }

    SessionSettings timing(Timing timing) {
        return new SessionSettings(
                maxSessions, idle, age, coolDown, renewals, logins, refusalsPerUser, refusalsPerSource, timing);
    }

    RateCap renewalCap() {
        return new RateCap(renewals, timing);
    }

    RateCap loginCap() {
        return new RateCap(logins, timing);
    }

    /** A cache of so many entries on the injected time; its upkeep runs on whoever uses it, so it holds no thread. */
    Caffeine<Object, Object> bounded(long most) {
        return Caffeine.newBuilder().maximumSize(most).ticker(timing::nanoTime).executor(Runnable::run);
    }

    private static void positive(String what, Duration duration) {
        if (duration.isNegative() || duration.isZero()) {
            throw new IllegalArgumentException(what + " must be positive, not " + duration);
        }
    }
}
