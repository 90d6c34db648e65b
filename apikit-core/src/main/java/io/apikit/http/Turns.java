package io.apikit.http;

/** Who may send to a backend, and when. */
@FunctionalInterface
interface Turns {
    /** Everybody, at once; nothing is allocated or locked. */
    Turns FREE = deadline -> response -> response;

    /**
     * Waits for a turn to send one request.
     *
     * @throws io.apikit.BackendError 503 if there is none to be had by the deadline, or the thread is interrupted
     */
    Turn next(Deadline deadline);

    /** The right to send one request, now. */
    @FunctionalInterface
    interface Turn {
        /** Tells what came of it; not called where there was no answer. Gives the answer back, to be used in its place. */
        BackendResponse answered(BackendResponse response);
    }
}
