package io.apikit.internal.util;

import io.javalin.util.ConcurrencyUtil;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Threads for work that requests wait for, but that must not end with one of them. They are virtual threads on Java 21
 * and later, otherwise daemon threads, which end after a minute without work.
 */
public final class BackgroundThreads {
    private BackgroundThreads() {}

    /** Returns a new executor without a bound on its threads. Its threads have this name. */
    public static ExecutorService open(String name) {
        return ConcurrencyUtil.isLoomAvailable()
                ? ConcurrencyUtil.executorService(name, true)
                : Executors.newCachedThreadPool(task -> daemon(name, task));
    }

    private static Thread daemon(String name, Runnable task) {
        var thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }
}
