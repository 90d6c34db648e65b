package io.apikit.bench.load;

/** A contender and the workload that it is measured with. Immutable. */
record Lane(Contender contender, Workload workload) {
    String label() {
        return contender.label();
    }
}
