package io.apikit.auth;

import java.util.concurrent.atomic.AtomicBoolean;

/** One session's credentials, until a login has shown whether they are good; what comes after that is no guess. */
final class Guess {
    static final Guess NONE = new Guess(() -> {}, () -> {});

    private final Runnable wasGood;
    private final Runnable wasWrong;
    private final AtomicBoolean known = new AtomicBoolean();

    Guess(Runnable wasGood, Runnable wasWrong) {
        this.wasGood = wasGood;
        this.wasWrong = wasWrong;
    }

    void accepted() {
        if (known.compareAndSet(false, true)) {
            wasGood.run();
        }
    }

    void refused() {
        if (known.compareAndSet(false, true)) {
            wasWrong.run();
        }
    }
}
