package io.apikit.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.http.RetryPolicy;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two users at once: nothing of one is ever sent for the other, or answered to it. */
class CrossingTest extends FrontDoorTest {
    private static final int INTERLEAVINGS = 10_000;
    private static final int PAIRS_OF_LANES = 4;

    private final OwnedBackend owned = new OwnedBackend();

    @Test
    void tenThousandInterleavingsOfTwoUsersCrossNoTokenAndNoCookie() throws Exception {
        var backend = owned();
        var seed = new Random().nextLong();
        var together = new CyclicBarrier(2 * PAIRS_OF_LANES);
        var lane = new AtomicInteger();
        var lanes = threads.start(2 * PAIRS_OF_LANES, () -> {
            var number = lane.getAndIncrement();
            var user = number % 2 == 0 ? "alice" : "bob";
            var chance = new Random(seed + number);
            for (var i = 0; i < INTERLEAVINGS / PAIRS_OF_LANES; i++) {
                if (i % 25 == 0) {
                    together.await(20, TimeUnit.SECONDS);
                }
                if (chance.nextInt(100) == 0) {
                    owned.expire(user);
                }
                answersItself(backend, user);
            }
            return true;
        });

        assertThat(Concurrently.ended(lanes)).as("seed %d", seed).containsOnly(true);
        assertThat(owned.crossed()).as("seed %d", seed).isZero();
        assertThat(owned.logins()).isGreaterThan(50);
        assertThat(owned.requests()).isGreaterThan(2 * INTERLEAVINGS);
    }

    /** A rejection may come twice in a row here, which is final; whatever is answered is never the other's. */
    private static void answersItself(Backend backend, String user) {
        var answer = backend.session(OwnedBackend.credentials(user)).get("/of/" + user);
        if (answer.status() == 200) {
            assertThat(answer.text()).startsWith(user + "-");
        } else {
            assertThat(answer.status()).isEqualTo(401);
        }
    }

    @Test
    void aThousandInterleavedRequestsOfTwoUsersThroughTheServiceCrossNothing() throws Exception {
        var port = serveOwned(owned());
        var lane = new AtomicInteger();
        var lanes = threads.start(8, () -> {
            var user = lane.getAndIncrement() % 2 == 0 ? "alice" : "bob";
            for (var i = 0; i < 125; i++) {
                var answer = askAs(user, OwnedBackend.password(user), port, "/of/" + user);
                assertThat(answer.statusCode()).isEqualTo(200);
                assertThat(answer.body()).startsWith(user + "-");
            }
            return true;
        });

        assertThat(Concurrently.ended(lanes)).containsOnly(true);
        assertThat(owned.crossed()).isZero();
        assertThat(owned.logins()).isEqualTo(2);
    }

    @Test
    void twoUsersWhoseLoginsEndInReverseOrderAreNotSwapped() throws Exception {
        var port = serveOwned(owned());
        owned.hold("alice");
        owned.hold("bob");
        var alice = threads.start(1, () -> askAs("alice", OwnedBackend.password("alice"), port, "/of/alice"));
        owned.awaitHeld("alice");
        var bob = threads.start(1, () -> askAs("bob", OwnedBackend.password("bob"), port, "/of/bob"));
        owned.awaitHeld("bob");

        owned.release("bob");
        assertThat(Concurrently.ended(bob.get(0)).body()).isEqualTo("bob-1");
        assertThat(alice.get(0).isDone()).isFalse();
        owned.release("alice");

        assertThat(Concurrently.ended(alice.get(0)).body()).isEqualTo("alice-2");
        assertThat(owned.crossed()).isZero();
    }

    private Backend owned() {
        return opened(Backend.at(owned.url())
                .auth(OwnedBackend.mode())
                .renewals(1_000_000, Duration.ofNanos(1_000))
                .loginCoolDown(Duration.ofMillis(1))
                .retry(RetryPolicy.none()));
    }

    @AfterEach
    void stopOwned() {
        owned.close();
    }
}
