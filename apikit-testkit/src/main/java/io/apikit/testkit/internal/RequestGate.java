package io.apikit.testkit.internal;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A gate that lets requests pass, or holds them until it is released. Thread-safe. A held request is a future and costs
 * no thread.
 */
final class RequestGate {
    /** Longer than any test should take. */
    private static final Duration MAX_WAIT = Duration.ofSeconds(10);

    private final Lock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();
    private CompletableFuture<Void> opened = CompletableFuture.completedFuture(null);
    private final Executor executor;
    private int held;

    RequestGate(Executor executor) {
        this.executor = executor;
    }

    void hold() {
        lock.lock();
        try {
            if (opened.isDone()) {
                opened = new CompletableFuture<>();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Runs the task on the executor, now or when the gate is released. */
    CompletableFuture<Void> pass(Runnable task) {
        return enter().thenRunAsync(task, executor);
    }

    private CompletableFuture<Void> enter() {
        lock.lock();
        try {
            if (!opened.isDone()) {
                held++;
                arrived.signalAll();
            }
            return opened;
        } finally {
            lock.unlock();
        }
    }

    void release() {
        CompletableFuture<Void> waiting;
        lock.lock();
        try {
            waiting = opened;
            opened = CompletableFuture.completedFuture(null);
            held = 0;
        } finally {
            lock.unlock();
        }
        waiting.complete(null);
    }

    void awaitHeld(int wanted) {
        awaitHeld(wanted, MAX_WAIT);
    }

    void awaitHeld(int wanted, Duration maxWait) {
        try {
            if (!arrive(wanted, maxWait.toNanos())) {
                throw new IllegalStateException("fewer than " + wanted + " held after " + maxWait);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for " + wanted + " to be held", e);
        }
    }

    private boolean arrive(int wanted, long nanos) throws InterruptedException {
        long left = nanos;
        lock.lock();
        try {
            while (held < wanted && left > 0) {
                left = arrived.awaitNanos(left);
            }
            return held >= wanted;
        } finally {
            lock.unlock();
        }
    }
}
