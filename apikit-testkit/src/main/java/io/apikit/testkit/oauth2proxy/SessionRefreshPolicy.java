package io.apikit.testkit.oauth2proxy;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;

/**
 * Decides when a session is refreshed. Its age is counted to the last full second.
 *
 * @param refresh the age from which on it can be refreshed; zero for never
 * @param tokenLife how long its tokens are valid; zero if they have expired whenever it can be refreshed
 */
record SessionRefreshPolicy(ProxyVersion version, Duration refresh, Duration tokenLife, InstantSource clock) {
    /** Returns whether the session is due for a refresh. Version 7.0 waits until the tokens have expired. */
    boolean isDue(Instant made) {
        return version.renewsLiveTokens()
                ? !refresh.isZero() && age(made).compareTo(refresh) > 0
                : isOldEnough(made) && tokensHaveExpired(made);
    }

    boolean tokensHaveExpired(Instant made) {
        return !clock.instant().isBefore(made.plus(tokenLife));
    }

    /**
     * Returns whether version 7.0 loses the session. A token states its expiry in full seconds, a session in fractions.
     * Between the two the token is invalid, but not due for a refresh.
     */
    boolean isLost(Instant made) {
        Instant end = made.truncatedTo(ChronoUnit.SECONDS).plus(tokenLife);
        return !version.renewsLiveTokens()
                && isOldEnough(made)
                && !tokensHaveExpired(made)
                && clock.instant().isAfter(end);
    }

    private boolean isOldEnough(Instant made) {
        return !refresh.isZero() && age(made).compareTo(refresh) >= 0;
    }

    private Duration age(Instant made) {
        return Duration.between(made, clock.instant().truncatedTo(ChronoUnit.SECONDS));
    }
}
