package io.apikit.interop;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Many threads that do the same at the same moment. */
final class Crowd {
    private static final long LIMIT_SECONDS = 60;

    private Crowd() {}

    /** What each of them got; the first error of any is thrown. */
    static <T> List<T> of(int size, Callable<T> task) {
        var threads = Executors.newFixedThreadPool(size);
        try {
            var together = new CountDownLatch(size);
            var running = new ArrayList<Future<T>>();
            for (var i = 0; i < size; i++) {
                running.add(threads.submit(() -> {
                    together.countDown();
                    together.await();
                    return task.call();
                }));
            }
            return running.stream().map(Crowd::ended).toList();
        } finally {
            threads.shutdownNow();
        }
    }

    private static <T> T ended(Future<T> call) {
        try {
            return call.get(LIMIT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new AssertionError("a call of the crowd failed", e.getCause());
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError("a call of the crowd did not end within " + LIMIT_SECONDS + " s", e);
        }
    }
}
