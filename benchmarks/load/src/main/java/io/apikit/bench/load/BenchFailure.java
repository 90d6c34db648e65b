package io.apikit.bench.load;

/** The bench cannot go on. Its message says what and where to look. */
final class BenchFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BenchFailure(String message) {
        super(message);
    }
}
