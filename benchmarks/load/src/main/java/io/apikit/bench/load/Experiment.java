package io.apikit.bench.load;

/** One scenario with its candidates. */
interface Experiment {
    /** Returns the load, in words. */
    String amount();

    /** Returns about how long it takes. */
    Estimate estimate();

    Findings measure(Launched backend);
}
