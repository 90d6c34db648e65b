package io.apikit.bench.load;

/** Ends the bench. The message says what failed, and where to look. */
final class BenchFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BenchFailure(String message) {
        super(message);
    }
}
