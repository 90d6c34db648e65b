package io.apikit.auth;

import com.github.benmanes.caffeine.cache.Caffeine;
import io.apikit.auth.internal.logins.LoginCap;
import io.apikit.http.Timing;
import io.apikit.internal.limits.Rate;
import io.apikit.internal.limits.TokenBucket;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.DoubleSupplier;

/**
 * How many sessions are kept, for how long, and how often their logins may be tried. Immutable.
 *
 * @param maxSessions the most sessions that are kept
 * @param idle a session unused for this long is removed
 * @param age a session is removed at this age
 * @param coolDown how long refused credentials are not tried again the first time
 * @param longestCoolDown up to how long that doubles, with each further refusal of the same credentials
 * @param renewalWait how long a request waits for a renewal ahead of time, if it has to
 * @param renewals how often one session may renew its login
 * @param logins how often all sessions of one backend may log in
 * @param refusalsPerUser how many passwords of callers may be wrong for one user name
 * @param refusalsPerSource how many passwords of callers may be wrong from one address
 * @param timing the clock, injected for tests
 * @param random chance from 0 to 1, injected for tests
 */
record SessionSettings(
        int maxSessions,
        Duration idle,
        Duration age,
        Duration coolDown,
        Duration longestCoolDown,
        Duration renewalWait,
        Rate renewals,
        Rate logins,
        Rate refusalsPerUser,
        Rate refusalsPerSource,
        Timing timing,
        DoubleSupplier random) {
    static Builder builder() {
        return new Builder();
    }

    /** A bucket of {@link #renewals} for one session. */
    TokenBucket renewalBucket() {
        return new TokenBucket(renewals, timing::nanoTime);
    }

    /** The cap on {@link #logins} of a replica that counts them alone. */
    LoginCap loginCap() {
        return LoginCap.of(new TokenBucket(logins, timing::nanoTime), timing);
    }

    /** A cache of so many entries on the injected clock. Its upkeep runs on the threads that use it. */
    Caffeine<Object, Object> bounded(long most) {
        return Caffeine.newBuilder().maximumSize(most).ticker(timing::nanoTime).executor(Runnable::run);
    }

    /** Settings to be changed; each starts at the default of {@link Backend.Builder}. Not thread-safe. */
    static final class Builder {
        private int maxSessions = 10_000;
        private Duration idle = Duration.ofMinutes(30);
        private Duration age = Duration.ofHours(12);
        private Duration coolDown = Duration.ofSeconds(30);
        private Duration longestCoolDown = Duration.ofMinutes(15);
        private Duration renewalWait = Duration.ofSeconds(2);
        private Rate renewals = rate("renewals", "session", 5, Duration.ofSeconds(5));
        private Rate logins = rate("logins", "backend", 500, Duration.ofMillis(20));
        private Rate refusalsPerUser = rate("refusalsPerUser", "user", 3, Duration.ofMinutes(20));
        private Rate refusalsPerSource = rate("refusalsPerSource", "source", 100, Duration.ofSeconds(3));
        private Timing timing = Timing.system();
        private DoubleSupplier random = () -> ThreadLocalRandom.current().nextDouble();

        private Builder() {}

        Builder maxSessions(int max) {
            if (max < 1) {
                throw new IllegalArgumentException("maxSessions must be at least 1, not " + max);
            }
            maxSessions = max;
            return this;
        }

        Builder idle(Duration longest) {
            idle = positive("sessionIdle", longest);
            return this;
        }

        Builder age(Duration longest) {
            age = positive("sessionAge", longest);
            return this;
        }

        Builder coolDown(Duration pause) {
            coolDown = positive("loginCoolDown", pause);
            return this;
        }

        Builder longestCoolDown(Duration longest) {
            longestCoolDown = longest;
            return this;
        }

        Builder renewalWait(Duration longest) {
            renewalWait = longest;
            return this;
        }

        Builder renewals(int burst, Duration refill) {
            renewals = rate("renewals", "session", burst, refill);
            return this;
        }

        Builder logins(int burst, Duration refill) {
            logins = rate("logins", "backend", burst, refill);
            return this;
        }

        Builder refusalsPerUser(int burst, Duration refill) {
            refusalsPerUser = rate("refusalsPerUser", "user", burst, refill);
            return this;
        }

        Builder refusalsPerSource(int burst, Duration refill) {
            refusalsPerSource = rate("refusalsPerSource", "source", burst, refill);
            return this;
        }

        Builder timing(Timing injected) {
            timing = Objects.requireNonNull(injected, "timing");
            return this;
        }

        Builder random(DoubleSupplier injected) {
            random = injected;
            return this;
        }

        SessionSettings build() {
            return new SessionSettings(
                    maxSessions,
                    idle,
                    age,
                    coolDown,
                    longestCoolDown,
                    renewalWait,
                    renewals,
                    logins,
                    refusalsPerUser,
                    refusalsPerSource,
                    timing,
                    random);
        }

        private static Rate rate(String setting, String per, int burst, Duration refill) {
            try {
                return new Rate(per, burst, Objects.requireNonNull(refill, "refill of " + setting), false);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(setting + ": " + e.getMessage(), e);
            }
        }

        private static Duration positive(String what, Duration duration) {
            if (Objects.requireNonNull(duration, what).isNegative() || duration.isZero()) {
                throw new IllegalArgumentException(what + " must be positive, not " + duration);
            }
            return duration;
        }
    }
}
