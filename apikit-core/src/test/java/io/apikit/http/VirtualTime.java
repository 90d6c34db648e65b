package io.apikit.http;

import static java.util.concurrent.TimeUnit.SECONDS;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Time for several threads. It stands still while any of its tasks is busy. Once all remaining tasks sleep, it moves on
 * to the moment at which the first of them wakes.
 */
public final class VirtualTime implements Timing {
    private static final class Sleeper {
        private final long until;
        private boolean isAwake;

        private Sleeper(long until) {
            this.until = until;
        }
    }

    private final List<Sleeper> sleepers = new ArrayList<>();
    private long now = Long.MAX_VALUE - 1_000_000_000L; // Wraps around after a second, as System.nanoTime may.
    private int busy;
    private @Nullable Thread interrupted;

    /** Runs all tasks at the same time, in virtual time, and returns their futures, which are done. */
    public <T> List<Future<T>> run(List<Callable<T>> tasks) throws InterruptedException {
        var threads = Executors.newCachedThreadPool();
        try {
            var running = started(threads, tasks);
            for (var task : running) {
                await(task);
            }
            return running;
        } finally {
            threads.shutdownNow();
        }
    }

    private synchronized <T> List<Future<T>> started(
            java.util.concurrent.ExecutorService threads, List<Callable<T>> tasks) {
        busy += tasks.size();
        var running = new ArrayList<Future<T>>();
        for (var task : tasks) {
            running.add(threads.submit(() -> {
                try {
                    return task.call();
                } finally {
                    rest();
                }
            }));
        }
        return running;
    }

    private static void await(Future<?> task) throws InterruptedException {
        try {
            task.get(30, SECONDS);
        } catch (ExecutionException itsOwn) {
            // The future reports it.
        } catch (TimeoutException stuck) {
            throw new AssertionError("a task did not end within 30 s of real time", stuck);
        }
    }

    @Override
    public synchronized long nanoTime() {
        return now;
    }

    @Override
    public synchronized void sleep(Duration duration) throws InterruptedException {
        if (Thread.currentThread() == interrupted) {
            interrupted = null;
            throw new InterruptedException();
        }
        var me = new Sleeper(now + duration.toNanos());
        sleepers.add(me);
        rest();
        while (!me.isAwake) {
            try {
                wait();
            } catch (InterruptedException e) {
                wake(me);
                throw e;
            }
        }
    }

    /** Interrupts the next sleep of this thread at once. */
    public synchronized void interruptNextSleepOf(Thread thread) {
        interrupted = thread;
    }

    private synchronized void rest() {
        busy--;
        if (busy == 0 && !sleepers.isEmpty()) {
            long left =
                    sleepers.stream().mapToLong(one -> one.until - now).min().orElseThrow();
            now += Math.max(0, left);
            for (var sleeper : List.copyOf(sleepers)) {
                if (sleeper.until - now <= 0) {
                    wake(sleeper);
                }
            }
        }
    }

    private synchronized void wake(Sleeper sleeper) {
        if (sleepers.remove(sleeper)) {
            sleeper.isAwake = true;
            busy++;
            notifyAll();
        }
    }
}
