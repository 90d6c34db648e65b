package io.apikit.bench.load;

import io.apikit.bench.load.report.Row;

/**
 * A contender and the workload that it is measured with. Immutable.
 *
 * @param size how many callers or routes, where that grows
 */
record Lane(Contender contender, Workload workload, Row.Size size) {
    static Lane of(Contender contender, Workload workload) {
        return new Lane(contender, workload, Row.Size.NONE);
    }

    String label() {
        return size.of().isEmpty() ? contender.label() : contender.label() + ", " + size.of() + ": " + size.count();
    }
}
