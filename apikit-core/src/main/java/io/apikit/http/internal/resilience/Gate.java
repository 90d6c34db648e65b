package io.apikit.http.internal.resilience;

import io.apikit.BackendError;
import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import io.apikit.http.Deadline;

/** Who may send to a backend, and when. */
@FunctionalInterface
public interface Gate {
    /** Everybody, at once; nothing is allocated or locked. */
    Gate FREE = deadline -> Turn.FREE;

    /**
     * Waits for a turn to send one request. Whoever has it ends it.
     *
     * @throws BackendError 503 if there is none to be had, 504 if there is none by the deadline, 503 if the thread is
     *     interrupted
     */
    Turn next(Deadline deadline);

    /** These, and then the others: who waits for those has had a turn of these. */
    default Gate then(Gate others) {
        return deadline -> {
            var first = next(deadline);
            try {
                return first.and(others.next(deadline));
            } catch (Throwable none) {
                first.close();
                throw none;
            }
        };
    }

    /** The right to send one request, now. It is told what came of it, unless nothing did, and then closed. */
    interface Turn extends AutoCloseable {
        Turn FREE = new Turn() {};

        /** This request goes out now. */
        default void begins(BackendRequest request) {}

        /** Gives the answer back, to be used in its place. */
        default BackendResponse answered(BackendResponse response) {
            return response;
        }

        default void failed(BackendError error) {}

        @Override
        default void close() {}

        private Turn and(Turn inner) {
            return inner == FREE ? this : new Both(this, inner);
        }
    }

    /** Two that are one. */
    record Both(Turn outer, Turn inner) implements Turn {
        @Override
        public void begins(BackendRequest request) {
            outer.begins(request);
            inner.begins(request);
        }

        @Override
        public BackendResponse answered(BackendResponse response) {
            return outer.answered(inner.answered(response));
        }

        @Override
        public void failed(BackendError error) {
            inner.failed(error);
            outer.failed(error);
        }

        @Override
        public void close() {
            inner.close();
            outer.close();
        }
    }
}
