package io.apikit.testkit.oauth2proxy;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;

/**
 * When a session is renewed: its age is counted up to the last full second.
 *
 * @param refresh the age from which it may be; zero for never
 * @param tokenLife how long its tokens are good; zero where they are over whenever it may be renewed
 */
record SessionRefreshPolicy(ProxyVersion version, Duration refresh, Duration tokenLife, InstantSource clock) {
    /** 7.0 waits for the end of the tokens. */
    boolean isDue(Instant made) {
        return version.renewsLiveTokens()
                ? !refresh.isZero() && age(made).compareTo(refresh) > 0
                : mayRenew(made) && tokensAreOver(made);
    }

    boolean tokensAreOver(Instant made) {
        return !clock.instant().isBefore(made.plus(tokenLife));
    }

    /**
     * A token says when it ends in full seconds, the session in fractions: whoever comes to 7.0 between the two has an
     * invalid token that is not to be renewed yet.
     */
    boolean isLost(Instant made) {
        Instant end = made.truncatedTo(ChronoUnit.SECONDS).plus(tokenLife);
        return !version.renewsLiveTokens()
                && mayRenew(made)
                && !tokensAreOver(made)
                && clock.instant().isAfter(end);
    }

    private boolean mayRenew(Instant made) {
        return !refresh.isZero() && age(made).compareTo(refresh) >= 0;
    }

    private Duration age(Instant made) {
        return Duration.between(made, clock.instant().truncatedTo(ChronoUnit.SECONDS));
    }
}
