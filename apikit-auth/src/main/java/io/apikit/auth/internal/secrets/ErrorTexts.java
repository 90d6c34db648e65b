package io.apikit.auth.internal.secrets;

import io.apikit.internal.util.WarningInterval;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether callers get the text of an error where a backend has a service account. Thread-safe. */
public final class ErrorTexts {
    private static final Logger log = LoggerFactory.getLogger(ErrorTexts.class);

    private final boolean areShown;
    private final String backend;
    private final LongAdder withheld = new LongAdder();
    private final WarningInterval warnings = new WarningInterval(System::nanoTime);

    /**
     * @param areShown whether the author wants them to be shown
     * @param backend what the log calls it
     */
    public ErrorTexts(boolean areShown, String backend) {
        this.areShown = areShown;
        this.backend = backend;
    }

    /**
     * Returns whether a text may be shown.
     *
     * @param isComparable whether all is known that the caller may have sent: otherwise a mask could confirm a guess
     */
    public boolean mayShow(boolean isComparable) {
        if (areShown && !isComparable) {
            withheld.increment();
            if (warnings.isOver()) {
                log.warn(
                        "Callers get no error text of {} where it cannot be compared with what they sent: a body is a"
                                + " stream, compressed or above 1 MiB, or there were more than 64 requests",
                        backend);
            }
        }
        return areShown && isComparable;
    }

    /** Returns how many texts were not shown, though the author wants them to be. */
    public LongAdder withheld() {
        return withheld;
    }
}
