package io.apikit.auth;

import io.apikit.auth.internal.browser.CookieLimits;
import io.apikit.auth.internal.logins.AbandonedLogins;
import io.apikit.http.internal.metrics.BackendMetrics;
import io.apikit.http.internal.metrics.OutcomeTimer;
import io.micrometer.core.instrument.Tags;
import java.util.Locale;
import java.util.concurrent.atomic.LongAdder;

/** Counts the logins of all sessions of a backend by how they end, and renewals by their reason. Thread-safe. */
final class LoginMetrics {
    /** How a login ends. A fixed one sends nothing, so it does not count unless the backend refuses it. */
    enum Ended {
        SUCCESS,
        REFUSED,
        BROKEN,
        /** Not made: there have been too many. */
        CAPPED;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private static final String RENEWALS = "apikit.backend.renewals";
    private static final String BEGUN = "Logins begun in place of an older one: ahead of its end, past it, or rejected";

    private final OutcomeTimer<Ended> logins;
    private final LongAdder ahead = new LongAdder();
    private final LongAdder expired = new LongAdder();
    private final LongAdder rejected = new LongAdder();
    private final LongAdder capped = new LongAdder();

    LoginMetrics(BackendMetrics meters) {
        this.logins = meters.timer("apikit.backend.logins", "Logins to the backend", Ended.class);
        meters.counter(RENEWALS, BEGUN, Tags.of("reason", "ahead"), ahead);
        meters.counter(RENEWALS, BEGUN, Tags.of("reason", "expired"), expired);
        meters.counter(RENEWALS, BEGUN, Tags.of("reason", "rejected"), rejected);
        meters.counter(
                "apikit.backend.renewals.capped",
                "Renewals not made, since the session has had too many",
                Tags.empty(),
                capped);
    }

    /** Shows the logins of a backend that do not end. */
    static void show(AbandonedLogins abandoned, BackendMetrics meters) {
        meters.counter(
                "apikit.backend.logins.abandoned",
                "Logins that had not ended at their limit and were interrupted",
                Tags.empty(),
                abandoned.all());
        meters.gauge(
                "apikit.backend.logins.hanging",
                "Abandoned logins that have not ended",
                Tags.empty(),
                abandoned::hanging);
        meters.counter(
                "apikit.backend.logins.not.started",
                "Logins that were not started, since too many hang",
                Tags.empty(),
                abandoned.notStarted());
    }

    /** Shows the responses whose cookies a session of a backend did not take. */
    static void show(CookieLimits limits, BackendMetrics meters) {
        meters.counter(
                "apikit.backend.cookies.refused",
                "Cookies of responses that a session did not take, since they were too long",
                Tags.empty(),
                limits.refused());
    }

    void ended(Ended how, long nanos) {
        logins.record(how, nanos);
    }

    /** A login is started in place of one in this state. */
    void renewing(LoginGeneration.State replaced) {
        switch (replaced) {
            case FRESH, STALE -> ahead.increment();
            case EXPIRED -> expired.increment();
            case REJECTED, ENDED, DEAD -> rejected.increment();
        }
    }

    void renewalCapped() {
        capped.increment();
    }
}
