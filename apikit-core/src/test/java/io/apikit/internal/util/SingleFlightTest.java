package io.apikit.internal.util;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SingleFlightTest {
    private static final long LONG = TimeUnit.HOURS.toNanos(1);

    private final SingleFlight<String> flight = new SingleFlight<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void end() {
        threads.shutdownNow();
    }

    @Test
    void theFirstLeadsAndTheOthersFindItsRun() {
        var first = flight.newRun();
        var other = flight.newRun();

        assertThat(flight.isIdle()).isTrue();
        assertThat(flight.enter(first)).isSameAs(first);
        assertThat(flight.enter(other)).isSameAs(first);
        assertThat(flight.isIdle()).isFalse();
    }

    @Test
    void ofManyThatEnterAtOnceOneLeads() throws Exception {
        for (var round = 0; round < 200; round++) {
            var start = new CyclicBarrier(4);
            var leaders = new AtomicInteger();
            var waiters = callers(4, () -> {
                var mine = flight.newRun();
                start.await();
                var run = flight.enter(mine);
                if (run == mine) {
                    leaders.incrementAndGet();
                    start.await();
                    flight.end(mine, () -> "done");
                } else {
                    start.await();
                }
                return await(run);
            });

            assertThat(results(waiters)).containsOnly("done");
            assertThat(leaders).hasValue(1);
        }
    }

    @Test
    void thePlaceIsFreeBeforeAWaiterGetsTheResult() throws Exception {
        for (var round = 0; round < 2_000; round++) {
            var run = flight.enter(flight.newRun());
            var waiter = threads.submit(() -> {
                await(run);
                return flight.isIdle();
            });
            flight.end(run, () -> "done");

            assertThat(waiter.get()).isTrue();
        }
    }

    @Test
    void aRunHasTheResultOfWhoeverEndsItFirst() throws Exception {
        var run = flight.enter(flight.newRun());

        flight.end(run, () -> "given up");
        flight.end(run, () -> {
            throw new AssertionError("what comes later is not even computed");
        });

        assertThat(await(run)).isEqualTo("given up");
    }

    @Test
    void whatEndsLateDoesNotFreeThePlaceOfItsSuccessor() {
        var first = flight.enter(flight.newRun());
        flight.end(first, () -> "given up");
        var second = flight.enter(flight.newRun());

        flight.end(first, () -> "late");
        flight.leave(first);

        assertThat(flight.enter(flight.newRun())).isSameAs(second);
    }

    @Test
    void aWaiterThatIsInterruptedTakesNobodyWithIt() throws Exception {
        var run = flight.enter(flight.newRun());
        var cancelled = threads.submit(() -> await(run));
        var other = threads.submit(() -> await(run));

        cancelled.cancel(true);
        flight.end(run, () -> "done");

        assertThat(other.get()).isEqualTo("done");
    }

    @Test
    void aWaiterWaitsToItsOwnDeadline() throws Exception {
        var run = flight.enter(flight.newRun());

        assertThat(flight.await(run, () -> 1)).isEmpty();

        flight.end(run, () -> "done");
        assertThat(flight.await(run, () -> 0)).contains("done");
    }

    @Test
    void aResultThatCannotBeComputedFreesThePlaceAndEndsTheWait() {
        var run = flight.enter(flight.newRun());

        assertThatThrownBy(() -> flight.end(run, () -> {
                    throw new StackOverflowError();
                }))
                .isInstanceOf(StackOverflowError.class);

        assertThat(flight.isIdle()).isTrue();
        assertThat(run.result()).isEmpty();
        assertThatThrownBy(() -> await(run)).isInstanceOf(ExecutionException.class);
    }

    @Test
    void aResultAheadOfTheEndKeepsThePlace() throws Exception {
        var run = flight.enter(flight.newRun());

        flight.complete(run, () -> "late");

        assertThat(await(run)).isEqualTo("late");
        assertThat(flight.isIdle()).isFalse();
        flight.leave(run);
        assertThat(flight.isIdle()).isTrue();
    }

    @Test
    void aRunThatHangsIsGivenUp() throws Exception {
        var run = flight.enter(flight.newRun());

        flight.giveUpAfter(run, Duration.ofMillis(1), () -> flight.end(run, () -> "given up"));

        assertThat(await(run)).isEqualTo("given up");
    }

    @Test
    void aRunThatHasEndedIsNotGivenUp() throws Exception {
        var givenUp = new CountDownLatch(1);
        var ended = flight.enter(flight.newRun());
        flight.end(ended, () -> "done");
        flight.giveUpAfter(ended, Duration.ofMillis(100), givenUp::countDown);
        // One timer for all: when this one is given up, the other would have been.
        var later = flight.enter(flight.newRun());
        flight.giveUpAfter(later, Duration.ofMillis(150), () -> flight.end(later, () -> "given up"));
        await(later);

        assertThat(givenUp.getCount()).isOne();
    }

    private String await(SingleFlight.Run<String> run) throws InterruptedException, ExecutionException {
        return flight.await(run, () -> LONG).orElseThrow();
    }

    private List<Future<String>> callers(int count, Callable<String> call) {
        var futures = new ArrayList<Future<String>>();
        for (var i = 0; i < count; i++) {
            futures.add(threads.submit(call));
        }
        return futures;
    }

    private static List<String> results(List<Future<String>> futures) throws Exception {
        var results = new ArrayList<String>();
        for (var future : futures) {
            results.add(future.get());
        }
        return results;
    }
}
