package io.apikit.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.custom.TokenMode;
import io.apikit.http.HttpOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A service account whose password is rotated while callers keep asking. */
@Timeout(60)
class RotatedSecretTest extends FrontDoorTest {
    private static final int CALLERS = 8;

    @TempDir
    Path folder = Path.of("");

    private volatile boolean over;
    private int answered;

    private MountedSecret secret() throws IOException {
        var secret = new MountedSecret(folder);
        secret.swapTo("wonderland");
        return secret;
    }

    private int serve(Path file) {
        return serve(settings()
                // Longer than the test's own jumps of time: a request that is under way at a jump must not run out of
                // it.
                .http(HttpOptions.builder()
                        .connectTimeout(Duration.ofSeconds(10))
                        .totalTimeout(Duration.ofMinutes(2))
                        .build())
                .credentials(Credentials.passwordFile("alice", file))
                .build());
    }

    private int serve(Backend backend) {
        return serveWhoami(backend);
    }

    @Test
    void aSecretSwappedUnderLoadMeansOneNewLoginAndNoFailedRequest() throws Exception {
        var secret = secret();
        var callers = callers(serve(secret.file()));
        awaitAnswers(100);

        server.user("alice", "looking-glass");
        secret.swapTo("looking-glass");

        awaitThat(() -> server.loginPosts() == 2);
        awaitAnswers(100);
        server.expireAllBut(2);
        awaitAnswers(100);
        assertThat(statuses(callers)).containsOnly(200);
        assertThat(server.loginPosts()).isEqualTo(2);
        assertThat(server.refusals()).isZero();
    }

    @Test
    void aSecretThatComesBeforeTheBackendKnowsItFailsNoRequestEither() throws Exception {
        var secret = secret();
        var callers = callers(serve(secret.file()));
        awaitAnswers(100);

        secret.swapTo("looking-glass");
        awaitThat(() -> server.refusals() == 1);
        awaitAnswers(100);
        assertThat(server.loginPosts()).isEqualTo(2);

        server.user("alice", "looking-glass");
        timing.pass(Duration.ofSeconds(31));
        awaitThat(() -> server.loginPosts() == 3);
        awaitAnswers(100);
        server.expireAllBut(2);
        awaitAnswers(100);

        assertThat(statuses(callers)).containsOnly(200);
        assertThat(server.loginPosts()).isEqualTo(3);
        assertThat(server.refusals()).isOne();
    }

    @Test
    void aLoginThatEndsWhileTheNewOneIsUnderWayIsNotRenewedWithTheOldPassword() throws Exception {
        var secret = secret();
        var callers = callers(serve(secret.file()));
        awaitAnswers(100);

        server.hold();
        secret.swapTo("looking-glass");
        server.awaitHeld(2);
        awaitAnswers(100);
        server.user("alice", "looking-glass");
        server.expireAll();
        server.release();
        awaitAnswers(100);

        assertThat(statuses(callers)).containsOnly(200);
        assertThat(server.loginPosts()).isEqualTo(2);
        assertThat(server.refusals()).isZero();
    }

    @Test
    void aLoginThatHasEndedIsRenewedWithTheOldPasswordWhereTheNewOneIsNotGoodYet() throws Exception {
        var secret = secret();
        var port = serve(settings()
                .auth(new TokenMode(Duration.ofMinutes(1)))
                .credentials(Credentials.passwordFile("alice", secret.file()))
                .build());
        assertThat(ask(port, "/whoami").statusCode()).isEqualTo(200);

        secret.swapTo("looking-glass");
        timing.pass(Duration.ofMinutes(2));

        for (var i = 0; i < 5; i++) {
            assertThat(ask(port, "/whoami").statusCode()).isEqualTo(200);
        }
        assertThat(server.refusals()).isOne();
        assertThat(server.loginPosts()).isEqualTo(3);
        server.user("alice", "looking-glass");
        timing.pass(Duration.ofMinutes(2));
        assertThat(ask(port, "/whoami").statusCode()).isEqualTo(200);
        assertThat(server.refusals()).isOne();
    }

    @Test
    void whereEachRequestBringsThePasswordTheOldOneServesUntilTheNewOneIsGood() throws Exception {
        var good = new AtomicReference<>("wonderland");
        var url = backend(config -> config.routes.get(
                "/whoami",
                ctx -> ctx.status(basic("alice", good.get()).equals(ctx.header("Authorization")) ? 200 : 401)));
        var secret = secret();
        var port = serve(Backend.at(url)
                .auth(Authenticator.basic())
                .credentials(Credentials.passwordFile("alice", secret.file()))
                .timing(timing)
                .build());
        assertThat(ask(port, "/whoami").statusCode()).isEqualTo(200);

        secret.swapTo("looking-glass");
        for (var i = 0; i < 5; i++) {
            assertThat(ask(port, "/whoami").statusCode()).isEqualTo(200);
        }

        good.set("looking-glass");
        timing.pass(Duration.ofSeconds(31));
        for (var i = 0; i < 5; i++) {
            assertThat(ask(port, "/whoami").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void anEmptyOrHalfWrittenSecretChangesNothing() throws Exception {
        var file = Files.writeString(folder.resolve("password"), "wonderland\n");
        var callers = callers(serve(file));
        awaitAnswers(100);

        Files.writeString(file, "");
        awaitAnswers(100);
        Files.writeString(file, "look");
        awaitAnswers(100);

        assertThat(statuses(callers)).containsOnly(200);
        assertThat(server.loginPosts()).isOne();
    }

    private List<Future<List<Integer>>> callers(int port) {
        return threads.start(CALLERS, () -> {
            var statuses = new ArrayList<Integer>();
            while (!over) {
                statuses.add(ask(port, "/whoami").statusCode());
                answer();
            }
            return statuses;
        });
    }

    private synchronized void answer() {
        answered++;
        notifyAll();
    }

    private List<Integer> statuses(List<Future<List<Integer>>> callers) throws ExecutionException {
        over = true;
        return Concurrently.ended(callers).stream().flatMap(List::stream).toList();
    }

    private synchronized void awaitAnswers(int more) throws InterruptedException {
        var enough = answered + more;
        awaitThat(() -> answered >= enough);
    }

    /** Looks after each answer: the callers are what moves things on. */
    private synchronized void awaitThat(BooleanSupplier condition) throws InterruptedException {
        while (!condition.getAsBoolean()) {
            wait();
        }
    }
}
