package io.apikit.auth.internal.logins;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The threads on which the logins of one session run. One login may run beside one that was abandoned. While two hang, a
 * further one waits for its turn, without a thread. Thread-safe; the lock is held for counting only.
 */
public final class LoginThreads {
    /** The longest time for which a login waits for one of two that hang; then it runs all the same. */
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(10);

    private static final int MOST_HANGING = 2;

    private final Executor executor;
    private final AbandonedLogins abandoned;
    private final Object lock = new Object();
    private int hanging;
    private @Nullable CompletableFuture<Void> waiting;

    /**
     * Creates the threads of a session that has no login yet.
     *
     * @param executor runs each login on a thread of its own
     * @param abandoned those of all sessions of the backend
     */
    public LoginThreads(Executor executor, AbandonedLogins abandoned) {
        this.executor = executor;
        this.abandoned = abandoned;
    }

    /**
     * Returns the turn of the next login: complete, unless two hang. Only one login of a session may wait at a time.
     *
     * @param timer runs what it is given after a time, to end a wait that takes too long
     */
    public CompletableFuture<Void> nextTurn(BiConsumer<Duration, Runnable> timer) {
        var turn = new CompletableFuture<Void>();
        synchronized (lock) {
            if (hanging < MOST_HANGING) {
                turn.complete(null);
                return turn;
            }
            waiting = turn;
        }
        timer.accept(LONGEST_WAIT, () -> turn.complete(null));
        return turn;
    }

    /**
     * Starts a login.
     *
     * @throws io.apikit.BackendError 503 if too many logins of the backend hang
     * @throws java.util.concurrent.RejectedExecutionException if the executor is closed
     */
    public LoginThread start(Runnable login) {
        abandoned.requireRoom();
        var started = new LoginThread(login);
        executor.execute(started::run);
        return started;
    }

    private void endedAtLast() {
        abandoned.ended();
        CompletableFuture<Void> next;
        synchronized (lock) {
            hanging--;
            next = waiting;
            waiting = null;
        }
        if (next != null) {
            next.complete(null);
        }
    }

    /** One login on its thread. */
    public final class LoginThread {
        private final Runnable login;
        /** Null before the login runs and after it; guarded by the lock. */
        private @Nullable Thread runner;

        private boolean isAbandoned;
        private boolean isInterrupted;
        private boolean isEnded;
        private Runnable atItsEnd = () -> {};

        private LoginThread(Runnable login) {
            this.login = login;
        }

        private void run() {
            synchronized (lock) {
                runner = Thread.currentThread();
            }
            try {
                login.run();
            } finally {
                end();
            }
        }

        private void end() {
            boolean wasAbandoned;
            Runnable last;
            synchronized (lock) {
                runner = null;
                isEnded = true;
                wasAbandoned = isAbandoned;
                last = atItsEnd;
                if (isInterrupted) {
                    // The interrupt must not reach the next login on this thread.
                    var unused = Thread.interrupted();
                }
            }
            if (wasAbandoned) {
                endedAtLast();
            }
            last.run();
        }

        /**
         * Gives the login up and interrupts it.
         *
         * @param another lets another login run too: called now, or at the end of this one if too many logins of the
         *     backend hang already
         */
        public void abandon(Runnable another) {
            boolean wasRunning;
            boolean isFree;
            synchronized (lock) {
                wasRunning = !isEnded;
                isFree = isEnded || abandoned.tryAdd();
                if (wasRunning) {
                    interrupt(isFree, another);
                }
            }
            if (isFree) {
                another.run();
            }
            if (wasRunning) {
                abandoned.warn();
            }
        }

        private void interrupt(boolean isFree, Runnable another) {
            isAbandoned = isFree;
            if (isFree) {
                hanging++;
            } else {
                atItsEnd = another;
            }
            if (runner != null) {
                isInterrupted = true;
                runner.interrupt();
            }
        }
    }
}
