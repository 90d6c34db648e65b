package io.apikit.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** One case: its chance, what was sent, and what was found. Used by one thread, but for what servers note. */
final class FuzzCase {
    private static final int MOST_SHOWN = 6_000;

    /** Ends a case that has shown a fault. */
    static final class Fault extends RuntimeException {
        private static final long serialVersionUID = 1;

        Fault(String what) {
            super(what);
        }
    }

    private final long seed;
    private final long number;
    private final Dice dice;
    private final Tally tally;
    private final List<String> sent = new ArrayList<>();

    FuzzCase(long seed, long number, Tally tally) {
        this.seed = seed;
        this.number = number;
        this.dice = new Dice(seed, number);
        this.tally = tally;
    }

    long seed() {
        return seed;
    }

    long number() {
        return number;
    }

    Dice dice() {
        return dice;
    }

    /** Notes bytes that the fuzzer sent, for the report of a fault. */
    void sent(String what, byte[] bytes) {
        sent(what, new String(bytes, ISO_8859_1));
    }

    void sent(String what, String text) {
        synchronized (sent) {
            if (sent.size() < 20) {
                sent.add(what + ": " + Secrets.masked(text, MOST_SHOWN));
            }
        }
    }

    void count(String what) {
        tally.count(what);
    }

    /** Checks one promise. The text names what was broken. */
    void check(boolean holds, Supplier<String> broken) {
        tally.checked();
        if (!holds) {
            throw new Fault(broken.get());
        }
    }

    /** Checks that a text to this user has nobody else's data, and no secret but those that were sent. */
    void checkPrivate(String what, String text, String user, String sentText) {
        var owners = Secrets.owners(text);
        owners.remove(user);
        check(
                owners.isEmpty() || owners.stream().allMatch(sentText::contains),
                () -> what + " for " + user + " has the data of " + owners);
        var secrets = Secrets.in(text);
        secrets.removeIf(sentText::contains);
        check(secrets.isEmpty(), () -> what + " has a secret: " + Secrets.masked(text, MOST_SHOWN));
    }

    /** Returns the bytes that were sent, masked, one part in a line. */
    String shown() {
        synchronized (sent) {
            return String.join("\n    ", sent);
        }
    }
}
