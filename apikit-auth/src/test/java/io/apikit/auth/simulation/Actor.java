package io.apikit.auth.simulation;

import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;

/** One thread of a simulation. It runs while it has the baton; all it keeps is read and written under the baton. */
final class Actor {
    private final Semaphore turn = new Semaphore(0);
    private final Thread thread;
    private BooleanSupplier ready = () -> true;
    private long frozenUntilStep;
    private boolean interruptDue;
    private boolean isKilled;
    private int quiet;

    Actor(String name, Runnable work) {
        this.thread = new Thread(
                () -> {
                    turn.acquireUninterruptibly();
                    work.run();
                },
                name);
        thread.setDaemon(true);
        thread.start();
    }

    Thread thread() {
        return thread;
    }

    void go() {
        turn.release();
    }

    /** Called by its own thread, which has just given the baton away. */
    void awaitTurn() {
        turn.acquireUninterruptibly();
    }

    void waitsFor(BooleanSupplier condition) {
        ready = condition;
    }

    /** Called by its own thread, which has the baton again: what was done to it meanwhile takes effect. */
    void resumed() {
        ready = () -> true;
        if (interruptDue) {
            interruptDue = false;
            thread.interrupt();
        }
    }

    boolean isReady() {
        return interruptDue || isKilled || ready.getAsBoolean();
    }

    /** What it runs ends at its next step, as a killed process does: nothing that it would do then takes place. */
    void kill() {
        isKilled = true;
    }

    /** The thread goes on with something else. */
    void revive() {
        isKilled = false;
    }

    boolean isKilled() {
        return isKilled;
    }

    boolean isFrozen(long step) {
        return step < frozenUntilStep;
    }

    /** A thread that the machine does not run for a while, though it could. */
    void freezeUntil(long step) {
        frozenUntilStep = step;
    }

    /** Takes effect when it runs again, so that it is no race. */
    void interrupt() {
        interruptDue = true;
    }

    void forgetInterrupt() {
        interruptDue = false;
    }

    boolean isQuiet() {
        return quiet > 0;
    }

    void quiet(int more) {
        quiet += more;
    }
}
