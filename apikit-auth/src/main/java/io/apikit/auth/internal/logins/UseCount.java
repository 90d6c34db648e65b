package io.apikit.auth.internal.logins;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Counts the uses of something that ends: of a login, or of a session. After its end, and after its last use, an action
 * runs once. Thread-safe, without a lock.
 *
 * <p>Why every interleaving is safe: the number of uses and the end are one value, which changes atomically. So a use begins
 * before the end, and the end sees it; or it begins after the end, and is refused. One that is refused is counted for a
 * moment. Then the action runs when that moment is over.
 */
public final class UseCount {
    /** Counts nothing and never ends. */
    public static final UseCount NONE = new UseCount(null, false);

    /** The value of one that has ended and is not used. Each use is one more. */
    private static final int ENDED = Integer.MIN_VALUE;

    private final @Nullable LogOutQueue queue;
    private final boolean isCounted;
    private final AtomicInteger uses = new AtomicInteger();
    private final AtomicReference<@Nullable Runnable> last = new AtomicReference<>();
    private final AtomicBoolean isFinished = new AtomicBoolean();

    /**
     * @param queue ends all uses when it closes; null if there is no end
     * @param isCounted whether uses are counted: otherwise the action runs at the end
     */
    UseCount(@Nullable LogOutQueue queue, boolean isCounted) {
        this.queue = queue;
        this.isCounted = isCounted;
    }

    /**
     * Begins a use.
     *
     * @return false if it has ended: then this is no use
     */
    public boolean enter() {
        if (!isCounted || uses.getAndIncrement() >= 0) {
            return true;
        }
        leave();
        return false;
    }

    /** Ends a use that was begun. */
    public void leave() {
        if (isCounted && uses.decrementAndGet() == ENDED) {
            finish();
        }
    }

    /**
     * Lets no further use begin. Only the first call has an effect.
     *
     * @param action runs after the last use: on the thread that ends that, or now if there is none. It must not block
     */
    public void end(Runnable action) {
        if (queue == null || !last.compareAndSet(null, action)) {
            return;
        }
        if (uses.getAndAdd(ENDED) == 0) {
            finish();
        } else {
            queue.awaitLastUse(this);
        }
    }

    boolean isFinished() {
        return isFinished.get();
    }

    /** Runs the action, unless it has run. */
    void finish() {
        var action = last.get();
        if (queue != null && action != null && isFinished.compareAndSet(false, true)) {
            queue.forget(this);
            action.run();
        }
    }
}
