package io.apikit.http.internal.resilience;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.apikit.BackendError;
import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import io.apikit.http.FakeTiming;
import io.apikit.http.RetryPolicy;
import io.apikit.http.Timing;
import io.apikit.http.Transport;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How many retries a backend that is down gets, and what the listener learns of them. */
class RetryBudgetTest {
    private static final BackendRequest GET = BackendRequest.get("/");
    private static final int RESERVE = 10;

    private final AtomicInteger sent = new AtomicInteger();
    private volatile int status = 503;

    @ParameterizedTest
    @CsvSource({"1, 2", "3, 6", "20, 14", "100, 30", "10000, 2010"})
    void deadBackendGetsAtMostOneFifthMore(int calls, int retries) {
        var way = way(RetryPolicy.standard());
        for (int i = 0; i < calls; i++) {
            way.send(GET);
        }

        assertThat(sent.get() - calls).isEqualTo(retries).isLessThanOrEqualTo(RESERVE + calls / 5);
    }

    @Test
    void healthyPastSavesUpNoRetries() {
        var way = way(RetryPolicy.standard());
        status = 200;
        for (int i = 0; i < 10_000; i++) {
            way.send(GET);
        }
        status = 503;
        sent.set(0);
        for (int i = 0; i < 100; i++) {
            way.send(GET);
        }

        assertThat(sent.get()).isEqualTo(100 + RESERVE + 20);
    }

    @Test
    void callsWithoutRetriesRefillTheReserve() {
        var way = way(RetryPolicy.builder().attempts(100).build());
        way.send(GET);
        assertThat(sent.getAndSet(0)).isEqualTo(1 + RESERVE);
        way.send(GET);
        assertThat(sent.getAndSet(0)).isEqualTo(1);

        status = 200;
        for (int i = 0; i < 50; i++) {
            way.send(BackendRequest.post("/"));
        }
        status = 503;
        sent.set(0);
        way.send(GET);
        assertThat(sent.get()).isEqualTo(1 + RESERVE);
    }

    @Test
    void requestOnAClosedConnectionWaitsForTheBudget() {
        var budget = emptyBudget();
        var slept = new ArrayList<Duration>();
        var filling = new SleepingTiming(pause -> {
            slept.add(pause);
            budget.new Share(); // Another call goes on meanwhile.
        });

        var response = Retries.retrying(RetryPolicy.standard(), budget, new ClosedOnce(), filling)
                .send(GET);

        assertThat(response.status()).isEqualTo(200);
        assertThat(slept).hasSize(4 + 1); // Its own call is the first fifth; the last pause is that of the retry.
        assertThat(sent).hasValue(2);
    }

    @Test
    void requestOnAClosedConnectionWaitsForTwoSecondsAtMost() {
        var slept = new ArrayList<Duration>();
        var budget = emptyBudget();
        var error = catchThrowableOfType(
                BackendError.class,
                () -> Retries.retrying(RetryPolicy.standard(), budget, new ClosedOnce(), new SleepingTiming(slept::add))
                        .send(GET));

        assertThat(error.statusCode()).isEqualTo(502);
        assertThat(slept.stream().mapToLong(Duration::toMillis).sum()).isEqualTo(2000);
        assertThat(sent).hasValue(1);
    }

    private static RetryBudget emptyBudget() {
        var budget = new RetryBudget(0.2);
        for (int i = 0; i < RESERVE; i++) {
            assertThat(budget.tryRetry()).isTrue();
        }
        return budget;
    }

    /** Its first connection is closed before a byte of the response. */
    private final class ClosedOnce implements Transport {
        @Override
        public BackendResponse send(BackendRequest request) {
            if (sent.incrementAndGet() == 1) {
                throw new TransportFailure(TransportFailure.Kind.STALE, "closed", null).toError();
            }
            return BackendResponse.of(200, Map.of(), new byte[0]);
        }
    }

    private record SleepingTiming(Consumer<Duration> sleeping) implements Timing {
        @Override
        public long nanoTime() {
            return 0;
        }

        @Override
        public void sleep(Duration pause) {
            sleeping.accept(pause);
        }
    }

    @Test
    void allThreadsShareOneBudget() throws Exception {
        var way = way(RetryPolicy.standard());
        var threads = Executors.newFixedThreadPool(8);
        try {
            var calls = new ArrayList<Future<?>>();
            for (int i = 0; i < 4000; i++) {
                calls.add(threads.submit(() -> way.send(GET)));
            }
            for (var call : calls) {
                call.get();
            }
        } finally {
            threads.shutdownNow();
        }

        assertThat(sent.get()).isBetween(4000 + 700, 4000 + RESERVE + 800);
    }

    @Test
    void sessionsOfOneBackendShareOneBudget() {
        var policy = retrying(RetryPolicy.standard());
        for (int i = 0; i < 100; i++) {
            policy.apply(this::next).send(GET);
        }

        assertThat(sent.get()).isEqualTo(100 + RESERVE + 20);
    }

    @Test
    void emptyBudgetLeavesTheReserve() {
        var way = way(RetryPolicy.builder().budget(0).build());
        for (int i = 0; i < 100; i++) {
            way.send(GET);
        }

        assertThat(sent.get()).isEqualTo(100 + RESERVE);
    }

    @Test
    void fullBudgetIsNoLimit() {
        var way = way(RetryPolicy.builder().attempts(4).budget(3).build());
        for (int i = 0; i < 100; i++) {
            way.send(GET);
        }

        assertThat(sent.get()).isEqualTo(400);
    }

    /** None has ended when the last begins: the reserve has no room for what they bring. */
    @ParameterizedTest
    @CsvSource({"2, 200", "0.5, 60", "0.2, 30"})
    void callsThatBeginTogetherBringTheirRetriesAllTheSame(double budget, int retries) throws Exception {
        var begun = new CountDownLatch(100);
        Transport next = request -> {
            begun.countDown();
            await(begun);
            return next(request);
        };
        var way = retrying(RetryPolicy.builder().budget(budget).build()).apply(next);
        var threads = Executors.newFixedThreadPool(100);
        try {
            var calls = new ArrayList<Future<?>>();
            for (int i = 0; i < 100; i++) {
                calls.add(threads.submit(() -> way.send(GET)));
            }
            for (var call : calls) {
                call.get();
            }
        } finally {
            threads.shutdownNow();
        }

        assertThat(sent.get() - 100).isEqualTo(retries);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void retryPastTheDeadlineCostsNothing() {
        var timing = new FakeTiming();
        Transport next = request -> {
            sent.incrementAndGet();
            return response(503, Map.of("Retry-After", List.of("5")));
        };
        var policy = RetryPolicy.builder().attempts(100).build();
        var clock = InstantSource.fixed(Instant.EPOCH);
        var way = Retries.retrying(policy, new RetryBudget(policy.budget()), next, timing, clock, () -> 0.0);
        for (int i = 0; i < 50; i++) {
            way.send(GET.timeout(java.time.Duration.ofSeconds(1)));
        }
        assertThat(sent.getAndSet(0)).isEqualTo(50);

        way.send(GET);
        assertThat(sent.get()).isEqualTo(1 + RESERVE);
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.1, 99.1, Double.NaN, Double.POSITIVE_INFINITY})
    void badBudgetIsNamed(double budget) {
        var error = catchThrowableOfType(
                IllegalArgumentException.class, () -> RetryPolicy.builder().budget(budget));

        assertThat(error).hasMessageContaining("budget");
    }

    @Test
    void listenerLearnsOfEachRetry() {
        var told = new ArrayList<String>();
        var way = way(RetryPolicy.builder()
                .attempts(3)
                .onRetry((made, left, answered, error) -> told.add(made + " " + left + " " + answered + " " + error))
                .build());

        way.send(GET);

        assertThat(told).containsExactly("1 2 503 " + Optional.empty(), "2 1 503 " + Optional.empty());
        assertThat(sent.get()).isEqualTo(told.size() + 1);
    }

    @Test
    void listenerLearnsOfAnErrorWithoutAResponse() {
        var told = new ArrayList<Optional<BackendError>>();
        var fault = new TransportFailure(TransportFailure.Kind.TIMEOUT, "late", null).toError();
        var policy = RetryPolicy.builder()
                .attempts(2)
                .onRetry((made, left, answered, error) -> {
                    assertThat(answered).isEqualTo(504);
                    told.add(error);
                })
                .build();
        var way = retrying(policy).apply(request -> {
            throw fault;
        });

        assertThat(catchThrowableOfType(BackendError.class, () -> way.send(GET)))
                .isSameAs(fault);
        assertThat(told).containsExactly(Optional.of(fault));
    }

    @Test
    void listenerIsNotCalledWithoutARetry() {
        var told = new AtomicInteger();
        var policy = RetryPolicy.builder()
                .budget(0)
                .onRetry((made, left, answered, error) -> told.incrementAndGet())
                .build();
        var way = way(policy);
        way.send(BackendRequest.post("/"));
        status = 404;
        way.send(GET);
        assertThat(told).hasValue(0);

        status = 503;
        for (int i = 0; i < 100; i++) {
            way.send(GET);
        }
        assertThat(told).hasValue(RESERVE);
    }

    @Test
    void failingListenerChangesNothing() {
        var way = way(RetryPolicy.builder()
                .onRetry((made, left, answered, error) -> {
                    throw new IllegalStateException("listener");
                })
                .build());

        assertThat(way.send(GET).status()).isEqualTo(503);
        assertThat(sent.get()).isEqualTo(3);
    }

    private Transport way(RetryPolicy policy) {
        return retrying(policy).apply(this::next);
    }

    private static UnaryOperator<Transport> retrying(RetryPolicy policy) {
        var budget = new RetryBudget(policy.budget());
        var clock = InstantSource.fixed(Instant.EPOCH);
        return next -> Retries.retrying(policy, budget, next, new Untimed(), clock, () -> 0.5);
    }

    private BackendResponse next(BackendRequest request) {
        sent.incrementAndGet();
        return response(status, Map.of());
    }

    private static BackendResponse response(int status, Map<String, List<String>> headers) {
        return BackendResponse.received(status, "", headers, new byte[0]);
    }

    /** No call here has a deadline: the time is used for sleeping alone. */
    private static final class Untimed implements Timing {
        @Override
        public long nanoTime() {
            return 0;
        }

        @Override
        public void sleep(java.time.Duration duration) {}
    }
}
