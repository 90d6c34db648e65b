package io.apikit.bench.load;

import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** One measurement of the baseline and one of a candidate, made directly one after the other. Immutable. */
record SamplePair(Sample baseline, Sample candidate) {
    /** Measures pairs in alternating order: A B, B A, A B. */
    static List<SamplePair> alternating(int pairs, Supplier<Sample> a, Supplier<Sample> b) {
        return IntStream.range(0, pairs)
                .mapToObj(pair -> pair % 2 == 0 ? inOrder(a, b) : inOrder(b, a).swapped())
                .toList();
    }

    private static SamplePair inOrder(Supplier<Sample> first, Supplier<Sample> second) {
        var sample = first.get();
        return new SamplePair(sample, second.get());
    }

    SamplePair swapped() {
        return new SamplePair(candidate, baseline);
    }

    SamplePair withAllocated(double ofBaseline, double ofCandidate) {
        return new SamplePair(baseline.withAllocated(ofBaseline), candidate.withAllocated(ofCandidate));
    }
}
