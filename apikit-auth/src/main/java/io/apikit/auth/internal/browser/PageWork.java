package io.apikit.auth.internal.browser;

import io.apikit.http.Deadline;
import java.util.Optional;

/** The work on one page: counts what it visits, and ends it at the deadline. Used by one thread. */
final class PageWork {
    /** Between two looks at the clock, which take as long as some hundred elements do. */
    private static final int BETWEEN_LOOKS = 1_024;

    private final Address page;
    private final Optional<Deadline> deadline;
    private long visits;
    private long nextLook = BETWEEN_LOOKS;

    PageWork(Address page, Optional<Deadline> deadline) {
        this.page = page;
        this.deadline = deadline;
    }

    /**
     * Counts so many visits of nodes, controls or forms.
     *
     * @throws io.apikit.BackendError 504 after the deadline
     */
    void visit(int elements) {
        visits += elements;
        if (visits >= nextLook) {
            nextLook = visits + BETWEEN_LOOKS;
            look();
        }
    }

    /** @throws io.apikit.BackendError 504 after the deadline */
    void look() {
        if (deadline.filter(Deadline::isExpired).isPresent()) {
            throw LoginPageErrors.late(page);
        }
    }

    long visits() {
        return visits;
    }
}
