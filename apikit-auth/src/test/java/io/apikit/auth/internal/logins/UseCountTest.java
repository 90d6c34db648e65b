package io.apikit.auth.internal.logins;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The end of what is in use: an action that runs once, after the last use; and the queue of such actions. */
@Timeout(30)
class UseCountTest {
    private final AtomicInteger dropped = new AtomicInteger();
    private final LogOutQueue queue = new LogOutQueue(Duration.ofMillis(20), dropped::incrementAndGet);
    private final AtomicInteger ended = new AtomicInteger();

    @Test
    void theActionRunsAtOnceIfThereIsNoUse() {
        var count = queue.newCount();
        assertThat(count.enter()).isTrue();
        count.leave();

        count.end(ended::incrementAndGet);

        assertThat(ended).hasValue(1);
        assertThat(count.enter()).isFalse();
        count.end(ended::incrementAndGet);
        assertThat(ended).hasValue(1);
    }

    @Test
    void anEndThatCountsNothingRunsItsActionOnce() {
        var end = queue.newEnd();
        assertThat(end.enter()).isTrue();

        end.end(ended::incrementAndGet);
        end.end(ended::incrementAndGet);
        end.leave();

        assertThat(ended).hasValue(1);
        assertThat(end.enter()).isTrue();
    }

    @Test
    void theActionRunsAfterTheLastUse() {
        var count = queue.newCount();
        assertThat(count.enter()).isTrue();
        assertThat(count.enter()).isTrue();

        count.end(ended::incrementAndGet);
        count.leave();
        assertThat(count.enter()).isFalse();
        assertThat(ended).hasValue(0);
        count.leave();

        assertThat(ended).hasValue(1);
    }

    @Test
    void aQueueThatClosesEndsWhatIsInUse() {
        var inUse = queue.newCount();
        assertThat(inUse.enter()).isTrue();
        inUse.end(ended::incrementAndGet);
        var later = queue.newCount();
        assertThat(later.enter()).isTrue();

        queue.close(Duration.ofSeconds(1), () -> later.end(ended::incrementAndGet));

        assertThat(ended).hasValue(2);
        inUse.leave();
        later.leave();
        assertThat(ended).hasValue(2);
    }

    @Test
    void whatCountsNothingNeverEnds() {
        UseCount.NONE.end(ended::incrementAndGet);

        assertThat(UseCount.NONE.enter()).isTrue();
        UseCount.NONE.leave();
        assertThat(ended).hasValue(0);
    }

    /** The last use ends, the end comes, and another use begins, all at once: each of their orders comes up. */
    @Test
    void oneOfManyThreadsRunsTheActionAndNoneUsesWhatHasEnded() throws Exception {
        var threads = Executors.newFixedThreadPool(3);
        try {
            var start = new CyclicBarrier(3);
            for (var round = 0; round < 2_000; round++) {
                var count = queue.newCount();
                var inside = new AtomicInteger();
                var cutOff = new AtomicInteger();
                ended.set(0);
                var all = new ArrayList<Future<?>>();
                for (var user = 0; user < 2; user++) {
                    all.add(threads.submit(() -> {
                        start.await();
                        use(count, inside, cutOff);
                        return null;
                    }));
                }
                all.add(threads.submit(() -> {
                    start.await();
                    count.end(() -> {
                        ended.incrementAndGet();
                        cutOff.addAndGet(inside.get());
                    });
                    return null;
                }));
                for (var one : all) {
                    one.get(10, TimeUnit.SECONDS);
                }
                assertThat(ended).as("round %d", round).hasValue(1);
                assertThat(cutOff).as("round %d", round).hasValue(0);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private void use(UseCount count, AtomicInteger inside, AtomicInteger cutOff) {
        if (count.enter()) {
            inside.incrementAndGet();
            cutOff.addAndGet(ended.get());
            inside.decrementAndGet();
            count.leave();
        }
    }

    @Test
    void sixteenRunAtATimeAThousandWaitAndTheRestIsDropped() throws Exception {
        var patient = new LogOutQueue(Duration.ofMinutes(1), dropped::incrementAndGet);
        var gate = new CountDownLatch(1);
        var begun = new CountDownLatch(LogOutQueue.MOST_AT_ONCE);
        var most = LogOutQueue.MOST_AT_ONCE + LogOutQueue.MOST_WAITING;
        for (var i = 0; i < most + 5; i++) {
            patient.add(() -> {
                ended.incrementAndGet();
                begun.countDown();
                awaitOpen(gate);
            });
        }
        assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(ended).hasValue(LogOutQueue.MOST_AT_ONCE);
        assertThat(dropped).hasValue(5);

        gate.countDown();
        patient.close(Duration.ofSeconds(10), () -> {});

        assertThat(ended).hasValue(most);
        assertThat(dropped).hasValue(5);
    }

    @Test
    void oneThatHangsIsInterruptedAtItsLimit() throws Exception {
        var interrupted = new CountDownLatch(1);
        queue.add(() -> {
            awaitOpen(new CountDownLatch(1));
            interrupted.countDown();
        });

        assertThat(interrupted.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aQueueThatClosesWaitsNoLongerThanItsTimeAndDropsTheRest() {
        var patient = new LogOutQueue(Duration.ofMinutes(1), dropped::incrementAndGet);
        for (var i = 0; i < LogOutQueue.MOST_AT_ONCE + 3; i++) {
            patient.add(() -> awaitOpen(new CountDownLatch(1)));
        }

        patient.close(Duration.ofMillis(30), () -> {});

        assertThat(dropped).hasValue(3);
        patient.add(ended::incrementAndGet);
        assertThat(ended).hasValue(0);
        assertThat(dropped).hasValue(4);
    }

    private static void awaitOpen(CountDownLatch gate) {
        try {
            gate.await();
        } catch (InterruptedException ignored) {
            // Interrupted by the queue.
        }
    }
}
