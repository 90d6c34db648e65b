package io.apikit.auth.internal.sharing;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** A task that runs in the background, once for many demands in a row. Thread-safe. */
public final class CoalescedTask {
    private final StoreSchedule schedule;
    private final Duration interval;
    private final Runnable task;
    private final AtomicInteger demands = new AtomicInteger();

    /**
     * Creates a task that nobody has demanded.
     *
     * @param interval a demand that comes sooner after a run waits
     */
    public CoalescedTask(StoreSchedule schedule, Duration interval, Runnable task) {
        this.schedule = schedule;
        this.interval = interval;
        this.task = task;
    }

    /** Has it run after this moment. */
    public void demand() {
        if (demands.getAndIncrement() == 0) {
            schedule.execute(this::run);
        }
    }

    private void run() {
        var met = demands.get();
        try {
            task.run();
        } finally {
            schedule.after(interval, () -> {
                if (demands.addAndGet(-met) != 0) {
                    run();
                }
            });
        }
    }
}
