package io.apikit.http.internal.resilience;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.apikit.BackendError;
import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import io.apikit.http.Deadline;
import io.apikit.http.HttpOptions;
import io.apikit.http.Pace;
import io.apikit.http.RetryPolicy;
import io.apikit.http.VirtualTime;
import io.apikit.http.internal.client.GatedHttp;
import io.apikit.http.internal.url.BaseUrl;
import io.javalin.Javalin;
import io.javalin.http.Context;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A pace for a known limit, in front of a real server that keeps that limit. The time is virtual. */
class TokenPaceTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final BackendRequest GET = BackendRequest.get("/echo").timeout(Duration.ofSeconds(60));
    private static final Pace TEN_A_SECOND = Pace.atMost(10, SECOND);

    private final VirtualTime time = new VirtualTime();
    private final MovingWindow server = new MovingWindow();
    private final List<GatedHttp> open = new ArrayList<>();

    @Test
    void nothingIsRefusedWhereTheAdaptivePaceHasToLearn() throws Exception {
        var adaptive = run(Pace.adaptive(), 120);
        int refusedAdaptive = server.refused.getAndSet(0);
        time.run(List.of(this::pauseASecond));
        var known = run(TEN_A_SECOND, 120);

        assertThat(server.refused).hasValue(0);
        assertThat(known).isEqualTo(Duration.ofSeconds(11));
        assertThat(refusedAdaptive).isPositive();
        assertThat(adaptive).isGreaterThan(known);
    }

    @Test
    void aBurstIsSentAtOnceAndTheNextOneAPeriodLater() throws Exception {
        var paced = paced(TEN_A_SECOND);
        long began = time.nanoTime();

        all(time.run(Collections.nCopies(25, () -> paced.send(GET).orThrow())));

        assertThat(server.accepted.stream().filter(at -> at == began)).hasSize(10);
        assertThat(server.accepted.stream().filter(at -> at - began == SECOND.toNanos()))
                .hasSize(10);
        assertThat(server.accepted.stream().filter(at -> at - began == 2 * SECOND.toNanos()))
                .hasSize(5);
    }

    @Test
    void aTokenIsBackAPeriodAfterItsOwnRequest() throws Exception {
        var paced = paced(Pace.atMost(2, SECOND));
        long began = time.nanoTime();

        time.run(List.of(() -> {
            paced.send(GET);
            time.sleep(Duration.ofMillis(600));
            paced.send(GET);
            paced.send(GET);
            paced.send(GET);
            return true;
        }));

        assertThat(server.accepted.stream().map(at -> (at - began) / 1_000_000))
                .containsExactly(0L, 600L, 1000L, 1600L);
    }

    @Test
    void aRequestThatHasNoResponseCountsAsOneThatArrivesLate() throws Exception {
        var gate = AdaptiveRateLimiter.create(
                Pace.atMost(1, SECOND), time, new TransportFailures(BaseUrl.origin(server.url())));
        var deadline = Deadline.after(Duration.ofSeconds(60), time);
        long began = time.nanoTime();

        time.run(List.of(() -> {
            gate.acquire(deadline);
            gate.acquire(deadline).close();
            return gate.acquire(deadline);
        }));

        assertThat(Duration.ofNanos(time.nanoTime() - began)).isEqualTo(Duration.ofMillis(2050));
    }

    /** The first request of a burst may arrive after the second one, and still counts when the next ones do. */
    @Test
    void aLaterResponseThatComesFirstLetsNobodyOvertake() throws Exception {
        var gate = AdaptiveRateLimiter.create(
                Pace.atMost(2, SECOND), time, new TransportFailures(BaseUrl.origin(server.url())));
        var deadline = Deadline.after(Duration.ofSeconds(60), time);
        long began = time.nanoTime();
        gate.acquire(deadline);
        gate.acquire(deadline).close();

        var turns = new ArrayList<Callable<Long>>();
        for (int after : List.of(10, 20)) {
            turns.add(() -> {
                time.sleep(Duration.ofMillis(after));
                gate.acquire(deadline);
                return (time.nanoTime() - began) / 1_000_000;
            });
        }

        assertThat(results(time.run(turns))).containsExactly(1050L, 1050L);
    }

    @Test
    void aRequestWaitsUntilItsOwnDeadlineAndNoLonger() throws Exception {
        var paced = paced(Pace.atMost(1, SECOND));
        inTime(() -> paced.send(GET));
        long began = time.nanoTime();

        var error = inTime(() -> catchThrowableOfType(BackendError.class, () -> paced.send(GET.timeout(SECOND))));
        assertThat(error.statusCode()).isEqualTo(503);
        assertThat(error.headers()).containsEntry("Retry-After", "1");
        assertThat(time.nanoTime()).isEqualTo(began);
        assertThat(inTime(() -> paced.send(GET.timeout(Duration.ofSeconds(6)))).status())
                .isEqualTo(200);
    }

    @Test
    void aLimitThatIsSetTooHighIsLearned() throws Exception {
        var paced = paced(Pace.atMost(15, SECOND));
        var patient =
                Retries.retrying(RetryPolicy.builder().attempts(20).budget(19).build(), paced, time);

        var calls = time.run(Collections.nCopies(15, () -> patient.send(GET).status()));

        assertThat(results(calls)).containsOnly(200);
        assertThat(server.refused.getAndSet(0)).isBetween(1, 15);
        calls = time.run(Collections.nCopies(15, () -> patient.send(GET).status()));
        assertThat(results(calls)).containsOnly(200);
        assertThat(server.refused).hasValueLessThan(5);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 10_001})
    void aBadNumberOfRequestsIsNamed(int requests) {
        assertThatThrownBy(() -> Pace.atMost(requests, SECOND))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("requests of atMost")
                .hasMessageContaining(String.valueOf(requests));
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0S", "PT-1S", "PT0.009S", "PT1H0.001S"})
    void aBadPeriodIsNamed(String per) {
        assertThatThrownBy(() -> Pace.atMost(10, Duration.parse(per)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("per of atMost");
    }

    private Duration run(Pace pace, int calls) throws Exception {
        var paced = Retries.retrying(RetryPolicy.builder().attempts(20).build(), paced(pace), time);
        var left = new AtomicInteger(calls);
        long began = time.nanoTime();
        Callable<Integer> caller = () -> {
            int done = 0;
            for (; left.getAndDecrement() > 0; done++) {
                paced.send(GET);
            }
            return done;
        };
        var done = results(time.run(Collections.nCopies(30, caller)));
        assertThat(done.stream().mapToInt(Integer::intValue).sum()).isEqualTo(calls);
        return Duration.ofNanos(time.nanoTime() - began);
    }

    private boolean pauseASecond() throws InterruptedException {
        time.sleep(SECOND);
        return true;
    }

    private GatedHttp paced(Pace pace) {
        var transport = GatedHttp.to(server.url(), HttpOptions.defaults(), time);
        open.add(transport);
        return transport.paced(pace);
    }

    private <T> T inTime(Callable<T> call) throws Exception {
        return time.run(List.of(call)).get(0).get();
    }

    private static void all(List<Future<BackendResponse>> calls) throws Exception {
        for (var call : calls) {
            call.get();
        }
    }

    private static <T> List<T> results(List<Future<T>> calls) throws Exception {
        var results = new ArrayList<T>();
        for (var call : calls) {
            results.add(call.get());
        }
        return results;
    }

    @AfterEach
    void end() {
        open.forEach(GatedHttp::close);
        server.app.stop();
    }

    /** As Pele limits: at most 10 requests in any second. Refused ones do not count. */
    private final class MovingWindow {
        private final List<Long> accepted = Collections.synchronizedList(new ArrayList<>());
        private final Deque<Long> window = new ArrayDeque<>();
        private final AtomicInteger refused = new AtomicInteger();
        private final Javalin app = Javalin.create(config -> {
                    config.startup.showJavalinBanner = false;
                    config.startup.startupWatcherEnabled = false;
                    config.routes.get("/echo", this::echo);
                })
                .start("127.0.0.1", 0);

        String url() {
            return "http://127.0.0.1:" + app.port();
        }

        private synchronized void echo(Context ctx) {
            long now = time.nanoTime();
            while (!window.isEmpty() && now - window.getFirst() >= SECOND.toNanos()) {
                window.removeFirst();
            }
            if (window.size() < 10) {
                window.add(now);
                accepted.add(now);
                ctx.result("echo");
            } else {
                refused.incrementAndGet();
                ctx.status(429).header("Retry-After", "1").json(Map.of("message", "10 per 1 second"));
            }
        }
    }
}
