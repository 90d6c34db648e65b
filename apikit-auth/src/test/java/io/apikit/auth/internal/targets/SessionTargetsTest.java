package io.apikit.auth.internal.targets;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.benmanes.caffeine.cache.Caffeine;
import io.apikit.auth.FakeTiming;
import io.apikit.http.BackendRequest;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class SessionTargetsTest {
    private static final Duration COOL_DOWN = Duration.ofSeconds(30);
    private static final BackendRequest DATA = BackendRequest.get("/data");
    private static final BackendRequest OTHER = BackendRequest.post("/data");

    private final FakeTiming timing = new FakeTiming();
    private final RejectedTargets rejected = new RejectedTargets(
            Caffeine.newBuilder()
                    .maximumSize(RejectedTargets.MOST)
                    .ticker(timing::nanoTime)
                    .executor(Runnable::run),
            timing,
            COOL_DOWN);
    private final SessionTargets targets = rejected.ofNewSession();
    private long login = 1;

    /** A login just renewed is rejected; returns how many seconds the target is denied then. */
    private long deniedAfterRejection() {
        targets.reject(DATA, ++login);
        long seconds = 0;
        while (targets.isDenied(DATA)) {
            timing.pass(Duration.ofSeconds(1));
            seconds++;
        }
        return seconds;
    }

    @Test
    void aTargetNeverAcceptedIsDeniedForTheCoolDown() {
        assertThat(deniedAfterRejection()).isEqualTo(30);
        assertThat(deniedAfterRejection()).isEqualTo(30);
    }

    @Test
    void anAcceptedTargetIsDeniedFromTheThirdRejectionInARow() {
        targets.accept(DATA);

        assertThat(deniedAfterRejection()).isZero();
        assertThat(deniedAfterRejection()).isZero();
        assertThat(deniedAfterRejection()).isEqualTo(1);
        assertThat(deniedAfterRejection()).isEqualTo(2);
        assertThat(deniedAfterRejection()).isEqualTo(4);
        assertThat(deniedAfterRejection()).isEqualTo(8);
        assertThat(deniedAfterRejection()).isEqualTo(16);
        assertThat(deniedAfterRejection()).isEqualTo(30);
        assertThat(deniedAfterRejection()).isEqualTo(30);
    }

    @Test
    void anAcceptanceBetweenBeginsTheRowAgain() {
        targets.accept(DATA);
        deniedAfterRejection();
        deniedAfterRejection();
        targets.accept(DATA);

        assertThat(deniedAfterRejection()).isZero();
        assertThat(deniedAfterRejection()).isZero();
        assertThat(deniedAfterRejection()).isEqualTo(1);
    }

    @Test
    void oneLoginCountsOnceHoweverManyWaitedForIt() {
        targets.accept(DATA);
        for (var call = 0; call < 100; call++) {
            targets.reject(DATA, 2);
        }

        assertThat(targets.isDenied(DATA)).isFalse();
    }

    @Test
    void theRowIsForgottenOneCoolDownLater() {
        targets.accept(DATA);
        deniedAfterRejection();
        deniedAfterRejection();
        timing.pass(COOL_DOWN.plusNanos(1));

        assertThat(deniedAfterRejection()).isZero();
    }

    @Test
    void anAcceptanceEndsTheDenialOfItsTargetAlone() {
        targets.reject(DATA, 2);
        targets.reject(OTHER, 2);
        targets.accept(DATA);

        assertThat(targets.isDenied(DATA)).isFalse();
        assertThat(targets.isDenied(OTHER)).isTrue();
    }

    @Test
    void sessionsKnowNothingOfEachOther() {
        var another = rejected.ofNewSession();
        targets.reject(DATA, 2);

        assertThat(another.isDenied(DATA)).isFalse();
        another.accept(DATA);
        assertThat(targets.isDenied(DATA)).isTrue();
    }

    /** Sixty targets in turn are within its bounds; a million others push all of them out. */
    @Test
    void acceptedTargetsAreBoundedAndTheForgottenCountAsNeverAccepted() {
        for (var target = 0; target < 60; target++) {
            targets.accept(BackendRequest.get("/jobs/{}", target));
        }
        targets.accept(DATA);
        assertThat(deniedAfterRejection()).isZero();

        for (var target = 0; target < 1_000_000; target++) {
            targets.accept(BackendRequest.get("/items/{}", target));
        }
        assertThat(deniedAfterRejection()).isEqualTo(30);
    }

    @Test
    void rejectedTargetsAreBounded() {
        for (var target = 0; target < 3 * RejectedTargets.MOST; target++) {
            targets.reject(BackendRequest.get("/items/{}", target), 2);
        }

        var denied = 0;
        for (var target = 0; target < 3 * RejectedTargets.MOST; target++) {
            denied += targets.isDenied(BackendRequest.get("/items/{}", target)) ? 1 : 0;
        }
        assertThat(denied).isPositive().isLessThanOrEqualTo(RejectedTargets.MOST);
    }
}
