package io.apikit.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.auth.RecordingBackend.Try;
import io.apikit.custom.TokenMode;
import io.apikit.http.BackendRequest;
import io.apikit.http.RetryPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A login just renewed that is rejected: once, now and then, or always. */
class UnluckyMomentTest {
    private static final Credentials ALICE = Credentials.password("alice", "wonderland");
    private static final int CALLS = 70;
    private static final int EXPIRES_BEFORE = 10;

    private final FakeTiming timing = new FakeTiming();
    private final Concurrently threads = new Concurrently();
    private RecordingBackend.Judge judge = (login, target) -> true;
    private final RecordingBackend server = new RecordingBackend((login, target) -> judge.accepts(login, target));
    private final Backend backend = Backend.at(server.url())
            .auth(new TokenMode())
            .retry(RetryPolicy.none())
            .timing(timing)
            .random(() -> 0)
            .build();

    private int call(String path, Object number) {
        return backend.session(ALICE)
                .send(BackendRequest.get(path).header("X-Call", String.valueOf(number)))
                .status();
    }

    /** Returns the numbers of those that failed, of 70 calls 500 ms apart with an expiry before the tenth. */
    private List<Integer> lostOfManyCalls() {
        var lost = new ArrayList<Integer>();
        for (var i = 1; i <= CALLS; i++) {
            if (i == EXPIRES_BEFORE) {
                server.expireAll();
            }
            if (call("/data", i) != 200) {
                lost.add(i);
            }
            timing.pass(Duration.ofMillis(500));
        }
        return lost;
    }

    @Test
    void aBackendThatRestartsTwiceFailsOneCall() {
        judge = (login, target) -> login != 2;

        assertThat(lostOfManyCalls()).containsExactly(EXPIRES_BEFORE);
        assertThat(server.logins()).isEqualTo(3);
    }

    @Test
    void aNodeThatRejectsOneReplayFailsOneCall() {
        var replays = new AtomicInteger();
        judge = (login, target) -> login == 1 || replays.incrementAndGet() > 1;

        assertThat(lostOfManyCalls()).containsExactly(EXPIRES_BEFORE);
        assertThat(server.logins()).isEqualTo(2);
    }

    @Test
    void aNodeThatLearnsOfALoginLateFailsAtMostTwoCalls() {
        judge = new LateNode();

        assertThat(lostOfManyCalls()).hasSizeBetween(1, 2);
        assertThat(server.logins()).isLessThanOrEqualTo(3);
    }

    /** Every second request meets a node that learns of a login 1 s after the other one has seen it. */
    private final class LateNode implements RecordingBackend.Judge {
        private final AtomicInteger requests = new AtomicInteger();
        private final ConcurrentHashMap<Integer, Long> seen = new ConcurrentHashMap<>();

        @Override
        public boolean accepts(int login, String target) {
            var since = seen.computeIfAbsent(login, first -> timing.nanoTime());
            var isLateNode = requests.incrementAndGet() % 2 == 0;
            return login == 1
                    || !isLateNode
                    || timing.nanoTime() - since >= Duration.ofSeconds(1).toNanos();
        }
    }

    @Test
    void manyCallsAtOnceOfABackendThatRestartsTwiceFailOnce() throws ExecutionException {
        assertThat(call("/data", "before")).isEqualTo(200);
        server.expireAll();
        judge = (login, target) -> login != 2;

        var calls = threads.start(100, () -> call("/data", "many"));

        assertThat(Concurrently.ended(calls))
                .filteredOn(status -> status != 200)
                .hasSizeLessThanOrEqualTo(1);
        assertThat(server.logins()).isEqualTo(3);
    }

    /** A call every 2 s for a minute: two cool-downs. */
    @Test
    void anEndpointThatAlwaysSaysNoRenewsOnceInEachCoolDown() {
        judge = (login, target) -> !target.endsWith("/never");

        for (var second = 0; second < 60; second += 2) {
            assertThat(call("/never", "never-" + second)).isEqualTo(401);
            assertThat(call("/data", "data-" + second)).isEqualTo(200);
            timing.pass(Duration.ofSeconds(2));
        }

        assertThat(server.logins()).isEqualTo(1 + 2);
        assertThat(sentTwice("never-")).containsExactly(0, 30);
        assertThat(sentTwice("data-")).isEmpty();
    }

    /** From the third rejection on it is denied for 1, 2, 4, 8, 16 and 30 s. */
    @Test
    void anEndpointThatAlwaysSaysNoAfterItHasSaidYesIsTriedLessAndLess() {
        assertThat(call("/data", "before")).isEqualTo(200);
        assertThat(call("/later-never", "before")).isEqualTo(200);
        judge = (login, target) -> !target.endsWith("/later-never");

        for (var second = 0; second < 90; second += 2) {
            assertThat(call("/later-never", "never-" + second)).isEqualTo(401);
            assertThat(call("/data", "data-" + second)).isEqualTo(200);
            timing.pass(Duration.ofSeconds(2));
        }

        assertThat(sentTwice("never-")).containsExactly(0, 2, 4, 6, 8, 12, 20, 36, 66);
        assertThat(sentTwice("data-")).isEmpty();
    }

    /** Returns the seconds of those calls that were sent twice; all others were sent once. */
    private List<Integer> sentTwice(String calls) {
        var twice = new ArrayList<Integer>();
        for (var second = 0; !server.tries(calls + second).isEmpty(); second += 2) {
            assertThat(server.tries(calls + second)).hasSizeLessThanOrEqualTo(2);
            if (server.tries(calls + second).size() == 2) {
                twice.add(second);
            }
        }
        assertThat(server.tries(calls + 58)).isNotEmpty();
        return twice;
    }

    @Test
    void anAcceptedTargetIsDeniedNoLonger() {
        judge = (login, target) -> false;
        assertThat(call("/data", "denied")).isEqualTo(401);
        judge = (login, target) -> true;
        assertThat(call("/data", "accepted")).isEqualTo(200);
        server.expireAll();

        assertThat(call("/data", "expired")).isEqualTo(200);
        assertThat(server.tries("expired")).extracting(Try::login).containsExactly(2, 3);
    }

    @AfterEach
    void end() {
        threads.close();
        backend.close();
        server.close();
    }
}
