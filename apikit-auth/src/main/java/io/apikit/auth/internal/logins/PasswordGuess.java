package io.apikit.auth.internal.logins;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * One try of a caller's password at the backend, from its begin to its end. Its first end counts, and so does a refusal
 * that comes after a try was given up. Thread-safe.
 */
public final class PasswordGuess {
    /** How a try ended. */
    public enum End {
        /** The password is right. */
        ACCEPTED,
        /** The password is wrong. */
        REFUSED,
        /** The backend has said nothing about the password. */
        UNDECIDED,
        /** Refused after it had been given up as undecided. */
        REFUSED_LATE
    }

    private enum State {
        UNDER_WAY,
        UNDECIDED,
        DECIDED
    }

    private final Consumer<End> ending;
    private final AtomicReference<State> state = new AtomicReference<>(State.UNDER_WAY);

    /**
     * Begins a try.
     *
     * @param ending is run once, and once more for a refusal after {@link End#UNDECIDED}
     */
    public PasswordGuess(Consumer<End> ending) {
        this.ending = ending;
    }

    /** Returns a try that no limit counts. */
    public static PasswordGuess unlimited() {
        return new PasswordGuess(end -> {});
    }

    /** The backend has accepted the password. */
    public void accepted() {
        if (state.compareAndSet(State.UNDER_WAY, State.DECIDED)) {
            ending.accept(End.ACCEPTED);
        }
    }

    /** The backend has refused the password. */
    public void refused() {
        var before = state.getAndSet(State.DECIDED);
        if (before != State.DECIDED) {
            ending.accept(before == State.UNDER_WAY ? End.REFUSED : End.REFUSED_LATE);
        }
    }

    /** The try has ended without a decision, or nobody waits for it any more. Changes nothing after another end. */
    public void undecided() {
        if (state.compareAndSet(State.UNDER_WAY, State.UNDECIDED)) {
            ending.accept(End.UNDECIDED);
        }
    }
}
