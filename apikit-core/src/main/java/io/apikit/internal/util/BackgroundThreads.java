package io.apikit.internal.util;

import io.javalin.util.ConcurrencyUtil;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Threads for what runs beside the requests that wait for it, and must not end with one of them: virtual ones on 21 and
 * newer, else daemons, each kept no longer than a minute without work.
 */
public final class BackgroundThreads {
    private BackgroundThreads() {}

    /** Of this name. */
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
