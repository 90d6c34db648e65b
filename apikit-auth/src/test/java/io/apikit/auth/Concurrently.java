package io.apikit.auth;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Runs the same thing on many threads that start together. */
final class Concurrently implements AutoCloseable {
    private final java.util.concurrent.ExecutorService threads = Executors.newCachedThreadPool();

    /** Starts them all, and does not wait for their ends. */
    <T> List<Future<T>> start(int times, Callable<T> task) {
        var together = new CountDownLatch(times);
        var running = new ArrayList<Future<T>>();
        for (var i = 0; i < times; i++) {
            running.add(threads.submit(() -> {
                together.countDown();
                together.await();
                return task.call();
            }));
        }
        return running;
    }

    static <T> T ended(Future<T> task) throws ExecutionException {
        try {
            return task.get(20, TimeUnit.SECONDS);
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError("a call did not end within 20 s", e);
        }
    }

    static <T> List<T> ended(List<Future<T>> tasks) throws ExecutionException {
        var results = new ArrayList<T>();
        for (var task : tasks) {
            results.add(ended(task));
        }
        return results;
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
