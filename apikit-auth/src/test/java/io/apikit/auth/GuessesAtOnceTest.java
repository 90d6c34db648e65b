package io.apikit.auth;

import static io.javalin.apibuilder.ApiBuilder.get;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.ops.RequestDeadline;
import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Passwords that come from one address at the same moment count like passwords that come one after another. */
@Timeout(60)
class GuessesAtOnceTest extends FrontDoorTest {
    private int service(Backend backend) {
        return serve(backend, () -> {
            for (var path : List.of("/whoami", "/open")) {
                get(
                        path,
                        ctx -> ctx.result(
                                backend.session(ctx).get(path).orThrow().text()));
            }
        });
    }

    private List<Integer> together(int times, Attempt attempt) throws ExecutionException {
        var number = new AtomicInteger();
        return Concurrently.ended(threads.start(times, () -> attempt.status(number.incrementAndGet())));
    }

    private interface Attempt {
        int status(int number) throws IOException, InterruptedException;
    }

    @Test
    void ofSixHundredWrongOnesAtOnceAHundredReachTheBackend() throws Exception {
        var port = service(backend());

        var statuses = together(
                600, i -> askAs("user" + i, "Winter2026", port, "/whoami").statusCode());

        assertThat(server.loginPosts()).isEqualTo(100);
        assertThat(Collections.frequency(statuses, 401)).isEqualTo(100);
        assertThat(Collections.frequency(statuses, 429)).isEqualTo(500);
    }

    @Test
    void nineHundredRightOnesAtOnceAreAllServed() throws Exception {
        for (var i = 1; i <= 900; i++) {
            server.user("user" + i, "password" + i);
        }
        var port = service(backend());

        var statuses = together(
                900, i -> askAs("user" + i, "password" + i, port, "/whoami").statusCode());

        assertThat(statuses).containsOnly(200);
        assertThat(server.loginPosts()).isEqualTo(900);
    }

    @Test
    void whereEachRequestBringsThePasswordItIsTheSame() throws Exception {
        var tried = new AtomicInteger();
        var url = backend(config -> config.routes.get("/whoami", ctx -> {
            tried.incrementAndGet();
            ctx.status(401);
        }));
        var port = service(opened(Backend.at(url)
                .auth(Authenticator.basic())
                .refusalsPerSource(20, Duration.ofSeconds(3))
                .timing(timing)));

        var statuses = together(
                200, i -> askAs("user" + i, "Winter2026", port, "/whoami").statusCode());

        assertThat(tried).hasValue(20);
        assertThat(Collections.frequency(statuses, 401)).isEqualTo(20);
        assertThat(Collections.frequency(statuses, 429)).isEqualTo(180);
    }

    @Test
    void aPathWithoutALoginLetsNobodyGuessWithoutLimit() throws Exception {
        var tried = new AtomicInteger();
        var url = backend(config -> {
            config.routes.get("/open", ctx -> ctx.result("open"));
            config.routes.get("/whoami", ctx -> {
                tried.incrementAndGet();
                ctx.status(
                        requireNonNull(ctx.basicAuthCredentials()).getPassword().equals("wonderland") ? 200 : 401);
            });
        });
        var port = service(opened(Backend.at(url).auth(Authenticator.basic()).timing(timing)));

        for (int i = 0; i < 20; i++) {
            askAs("alice", "guess" + i, port, "/open");
            askAs("alice", "guess" + i, port, "/whoami");
        }

        assertThat(tried).hasValue(2);
        assertThat(askAs("alice", "guess20", port, "/open").statusCode()).isEqualTo(429);
    }

    @Test
    void aPathThatRefusesItsUserHoldsUpNobodyWhoIsAccepted() throws Exception {
        var url = backend(config -> {
            config.routes.get("/open", ctx -> ctx.result("open"));
            config.routes.get("/whoami", ctx -> ctx.status(401));
        });
        var port = service(opened(Backend.at(url).auth(Authenticator.basic()).timing(timing)));

        for (int i = 0; i < 20; i++) {
            assertThat(askAs("alice", "wonderland", port, "/open").statusCode()).isEqualTo(200);
            assertThat(askAs("alice", "wonderland", port, "/whoami").statusCode())
                    .isEqualTo(401);
        }
    }

    @Test
    void oneThatWaitsGoesOnOnceAnotherIsAccepted() throws Exception {
        server.user("carol", "rabbit");
        var port = service(opened(settings().refusalsPerSource(2, Duration.ofHours(1))));
        server.hold();
        var first = threads.start(
                1, () -> askAs("alice", "wonderland", port, "/whoami").body());
        var second =
                threads.start(1, () -> askAs("bob", "wrong", port, "/whoami").statusCode());
        server.awaitHeld(2);
        var third =
                threads.start(1, () -> askAs("carol", "rabbit", port, "/whoami").body());

        server.release();

        assertThat(Concurrently.ended(first)).containsOnly("alice");
        assertThat(Concurrently.ended(second)).containsOnly(401);
        assertThat(Concurrently.ended(third)).containsOnly("carol");
    }

    @Test
    void oneThatWaitsLeavesAtItsOwnDeadline() throws Exception {
        var backend =
                opened(settings().timing(io.apikit.http.Timing.system()).refusalsPerSource(2, Duration.ofHours(1)));
        var port = service(backend);
        server.hold();
        var held = threads.start(
                2, () -> askAs("alice", "wonderland", port, "/whoami").body());
        var other =
                threads.start(1, () -> askAs("bob", "builder", port, "/whoami").body());
        server.awaitHeld(2);

        var hasty = ask(port, "/whoami", "Authorization", basic("carol", "rabbit"), RequestDeadline.HEADER, "0.2");

        assertThat(hasty.statusCode()).isEqualTo(504);
        assertThat(server.loginPosts()).isEqualTo(2);
        server.release();
        assertThat(Concurrently.ended(held)).containsOnly("alice");
        assertThat(Concurrently.ended(other)).containsOnly("bob");
        assertThat(server.loginPosts()).isEqualTo(2);
    }

    @Test
    void whereEachRequestBringsThePasswordItLeavesAtItsOwnDeadlineToo() throws Exception {
        var gate = new CountDownLatch(1);
        var tried = new Semaphore(0);
        var url = backend(config -> config.routes.get("/whoami", ctx -> {
            tried.release();
            gate.await(10, TimeUnit.SECONDS);
            ctx.result("alice");
        }));
        var port =
                service(opened(Backend.at(url).auth(Authenticator.basic()).refusalsPerSource(1, Duration.ofHours(1))));
        var held = threads.start(
                1, () -> askAs("alice", "wonderland", port, "/whoami").body());
        assertThat(tried.tryAcquire(10, TimeUnit.SECONDS)).isTrue();

        var hasty = ask(port, "/whoami", "Authorization", basic("bob", "builder"), RequestDeadline.HEADER, "0.05");
        var patient =
                threads.start(1, () -> askAs("carol", "rabbit", port, "/whoami").statusCode());
        gate.countDown();

        assertThat(hasty.statusCode()).isEqualTo(504);
        assertThat(Concurrently.ended(held)).containsOnly("alice");
        assertThat(Concurrently.ended(patient)).containsOnly(200);
        assertThat(tried.availablePermits()).isOne();
    }

    @Test
    void aLoginThatBreaksGivesItsTryBack() throws Exception {
        var port = service(opened(settings().refusalsPerSource(1, Duration.ofHours(1))));
        server.loginStatus(503);

        var statuses =
                together(20, i -> askAs("user" + i, "password", port, "/whoami").statusCode());

        assertThat(statuses).containsOnly(503);
        assertThat(server.loginPosts()).isEqualTo(20);
    }

    @Test
    void guessesThatAreNotTriedHaveNoSession() throws Exception {
        var backend = opened(settings().timing(io.apikit.http.Timing.system()).refusalsPerUser(2, Duration.ofHours(1)));
        var port = service(backend);
        server.hold();
        var held =
                threads.start(1, () -> askAs("alice", "guess", port, "/whoami").statusCode());
        server.awaitHeld(1);

        for (var i = 0; i < 10; i++) {
            var hasty =
                    ask(port, "/whoami", "Authorization", basic("alice", "guess" + i), RequestDeadline.HEADER, "0.02");
            assertThat(hasty.statusCode()).isEqualTo(504);
        }
        await(() -> backend.sessions().size() == 1);
        server.release();

        assertThat(Concurrently.ended(held)).containsOnly(401);
        assertThat(backend.sessions().size()).isZero();
        assertThat(server.loginPosts()).isOne();
    }

    @Test
    void theMetricsCountWhatIsHeldUp() throws Exception {
        var port = service(opened(settings().refusalsPerSource(3, Duration.ofHours(1))));
        for (var i = 0; i < 3; i++) {
            askAs("alice", "guess" + i, port, "/whoami");
        }
        askAs("bob", "guess", port, "/whoami");
        askAs("carol", "guess", port, "/whoami");

        var metrics = new Scraped(ask(port, "/metrics").body());

        assertThat(metrics.value("apikit_backend_logins_held_up_total", "limit=\"user\""))
                .isOne();
        assertThat(metrics.value("apikit_backend_logins_held_up_total", "limit=\"source\""))
                .isOne();
    }
}
