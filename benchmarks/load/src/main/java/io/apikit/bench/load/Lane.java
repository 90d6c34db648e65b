package io.apikit.bench.load;

/** What is measured: a contender and what is asked of it. Immutable. */
record Lane(Contender contender, Workload workload) {
    String label() {
        return contender.label();
    }
}
