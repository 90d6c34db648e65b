package io.apikit.ops;

import io.javalin.util.ConcurrencyUtil;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;

/** Checks run beside the requests that wait for them: on virtual threads on 21 and newer, else on daemons. */
final class CheckThreads {
    private static final String NAME = "apikit-check";

    /** Of the whole process: it keeps no thread longer than a minute. */
    static final Executor SHARED = ConcurrencyUtil.isLoomAvailable()
            ? ConcurrencyUtil.executorService(NAME, true)
            : Executors.newCachedThreadPool(CheckThreads::daemon);

    private CheckThreads() {}

    private static Thread daemon(Runnable check) {
        var thread = new Thread(check, NAME);
        thread.setDaemon(true);
        return thread;
    }
}
