package io.apikit.auth;

import io.apikit.http.Timing;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;

/**
 * One login of a session, from its success to its replacement. Rolling cookies change how it signs, never which
 * generation it is: a rejection can always be matched with the login it speaks of.
 */
final class LoginGeneration {
    private static final Duration MOST_MARGIN = Duration.ofSeconds(30);

    private final long number;
    private final Timing timing;
    private final long bornNanos;
    private final AtomicReference<Dated> dated;
    private volatile boolean proven;
    private volatile boolean rejected;
    private volatile boolean dead;

    LoginGeneration(long number, Login login, Timing timing) {
        this.number = number;
        this.timing = timing;
        this.bornNanos = timing.nanoTime();
        this.dated = new AtomicReference<>(Dated.from(login, timing));
    }

    long number() {
        return number;
    }

    Login login() {
        return dated.get().login;
    }

    /** Takes rolling cookies over; of two answers at once both are taken. */
    void refresh(UnaryOperator<Login> refreshed) {
        var before = dated.get();
        var login = refreshed.apply(before.login);
        while (login != before.login && !dated.compareAndSet(before, before.with(login, timing))) {
            before = dated.get();
            login = refreshed.apply(before.login);
        }
    }

    /** Whether a response has shown that the backend takes it. */
    boolean isProven() {
        return proven;
    }

    void prove() {
        // Read first: a write by every response would pass the cache line from core to core.
        if (!proven) {
            proven = true;
        }
    }

    boolean isRejected() {
        return rejected;
    }

    /** A response has said that the backend no longer takes it. */
    void reject() {
        rejected = true;
    }

    /** It is no good and its credentials are refused: never to be sent again. */
    void kill() {
        dead = true;
    }

    boolean isDead() {
        return dead;
    }

    boolean isYoungerThan(Duration age) {
        return timing.nanoTime() - bornNanos < age.toNanos();
    }

    boolean isOver() {
        return dead || dated.get().isPast(timing.nanoTime(), 0);
    }

    boolean isDueForRenewal() {
        var now = dated.get();
        return now.isPast(timing.nanoTime(), now.marginNanos);
    }

    /** A login and the monotonic moment its life ends. */
    private record Dated(Login login, boolean ends, long endNanos, long marginNanos) {
        static Dated from(Login login, Timing timing) {
            return login.life()
                    .map(life -> new Dated(login, true, timing.nanoTime() + nanos(life), margin(login, life)))
                    .orElseGet(() -> new Dated(login, false, 0, 0));
        }

        /** A cookie more does not make a login live longer; a life that is named anew does. */
        Dated with(Login other, Timing timing) {
            return other.hasTheLifeOf(login) ? new Dated(other, ends, endNanos, marginNanos) : from(other, timing);
        }

        boolean isPast(long nanoTime, long marginNanos) {
            return ends && nanoTime - (endNanos - marginNanos) >= 0;
        }

        private static long margin(Login login, Duration life) {
            var usual = shorter(MOST_MARGIN, life.dividedBy(10));
            return nanos(login.margin()
                    .map(margin -> shorter(margin, life.dividedBy(2)))
                    .orElse(usual));
        }

        private static Duration shorter(Duration one, Duration other) {
            return one.compareTo(other) <= 0 ? one : other;
        }

        /** A century is for ever, and fits a long with room for the comparison. */
        private static long nanos(Duration duration) {
            return shorter(duration, Duration.ofDays(36_500)).toNanos();
        }
    }
}
