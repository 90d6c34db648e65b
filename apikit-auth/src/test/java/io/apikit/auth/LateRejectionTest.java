package io.apikit.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.auth.RecordingBackend.Try;
import io.apikit.custom.TokenMode;
import io.apikit.http.BackendRequest;
import io.apikit.http.RetryPolicy;
import java.io.ByteArrayInputStream;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Rejections of a login that the backend has accepted since, or that was replaced. */
class LateRejectionTest {
    private static final Credentials ALICE = Credentials.password("alice", "wonderland");

    private final FakeTiming timing = new FakeTiming();
    private final Concurrently threads = new Concurrently();
    private IntPredicate whileJudged = login -> true;
    private final RecordingBackend server =
            new RecordingBackend((login, target) -> !target.endsWith("/judged") || whileJudged.test(login));
    private final Backend backend = Backend.at(server.url())
            .auth(new TokenMode())
            .retry(RetryPolicy.none())
            .timing(timing)
            .build();

    private int send(BackendRequest request) {
        return backend.session(ALICE).send(request.header("X-Call", "judged")).status();
    }

    /** Another call of the same session, which the backend accepts. */
    private void acceptAnother() {
        assertThat(backend.session(ALICE).get("/data").status()).isEqualTo(200);
    }

    @Test
    void aLoginAcceptedSinceIsSentAgainAndNotRenewed() throws ExecutionException {
        acceptAnother();
        var arrived = new CountDownLatch(1);
        var accepted = new CountDownLatch(1);
        var isFirst = new AtomicBoolean(true);
        whileJudged = login -> {
            arrived.countDown();
            return !isFirst.getAndSet(false) || !await(accepted);
        };
        var late = threads.start(1, () -> send(BackendRequest.get("/judged")));
        assertThat(await(arrived)).isTrue();
        acceptAnother();
        accepted.countDown();

        assertThat(Concurrently.ended(late)).containsExactly(200);
        assertThat(server.tries("judged")).extracting(Try::isAccepted).containsExactly(false, true);
        assertThat(server.logins()).isOne();
    }

    @Test
    void aLoginAcceptedBeforeIsRenewed() {
        acceptAnother();
        whileJudged = login -> login == 2;

        assertThat(send(BackendRequest.get("/judged"))).isEqualTo(200);
        assertThat(server.tries("judged")).extracting(Try::login).containsExactly(1, 2);
    }

    @Test
    void theThirdRejectionIsEvidence() {
        whileJudged = login -> {
            acceptAnother();
            return login == 2;
        };

        assertThat(send(BackendRequest.get("/judged"))).isEqualTo(200);
        assertThat(server.tries("judged")).extracting(Try::login).containsExactly(1, 1, 1, 2);
    }

    @Test
    void aPostIsSentTwiceInAll() {
        whileJudged = login -> {
            acceptAnother();
            return false;
        };

        assertThat(send(BackendRequest.post("/judged").json("\"once\""))).isEqualTo(401);
        assertThat(server.tries("judged")).extracting(Try::login).containsExactly(1, 1);
        assertThat(server.logins()).isOne();
    }

    @Test
    void aPostOfAnIdempotentKindIsSentAsAGet() {
        whileJudged = login -> {
            acceptAnother();
            return login == 2;
        };

        assertThat(send(BackendRequest.post("/judged").json("\"once\"").idempotent(true)))
                .isEqualTo(200);
        assertThat(server.tries("judged")).hasSize(4);
    }

    @Test
    void aBodyThatCannotBeSentAgainLogsNobodyIn() {
        whileJudged = login -> {
            acceptAnother();
            return false;
        };
        var upload = BackendRequest.post("/judged").body(new ByteArrayInputStream(new byte[9]), "image/png");

        SessionTest.assertFails(502, () -> send(upload)).withMessageContaining("cannot be sent again");
        assertThat(server.tries("judged")).hasSize(1);
        assertThat(server.logins()).isOne();
    }

    @Test
    void aDeniedTargetIsNotSentAgain() {
        whileJudged = login -> false;
        assertThat(send(BackendRequest.get("/judged"))).isEqualTo(401);
        assertThat(server.tries("judged")).extracting(Try::login).containsExactly(1, 2);
        whileJudged = login -> {
            acceptAnother();
            return false;
        };

        assertThat(send(BackendRequest.get("/judged"))).isEqualTo(401);
        assertThat(server.tries("judged")).hasSize(3);
        assertThat(server.logins()).isEqualTo(2);
    }

    @Test
    void aNeverAcceptedTargetIsDeniedAmongAcceptedCalls() {
        whileJudged = login -> {
            acceptAnother();
            return false;
        };

        for (var i = 0; i < 10; i++) {
            assertThat(send(BackendRequest.get("/judged"))).isEqualTo(401);
        }
        // Two late ones, the renewal's replay, and nine that pass at once.
        assertThat(server.tries("judged")).hasSize(4 + 9);
        assertThat(server.logins()).isEqualTo(2);
    }

    private static boolean await(CountDownLatch latch) {
        try {
            return latch.await(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @AfterEach
    void end() {
        threads.close();
        backend.close();
        server.close();
    }
}
