package io.apikit.bench.load;

import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** Measures whether a request costs more with many callers than with one, and below the last of many prefixes. */
final class Growth {
    private static final int[] CALLERS = {1, 100, 10_000};
    private static final int[] PREFIXES = {1, 8, 64};
    private static final double BAR = 1.10;

    private final Bench bench;
    private final Contender contender;
    private final Launched backend;

    Growth(Bench bench, Contender contender, Launched backend) {
        this.bench = bench;
        this.contender = contender;
        this.backend = backend;
    }

    String report() {
        return measured(CALLERS, this::callers) + "\n" + measured(PREFIXES, this::prefixes);
    }

    private String measured(int[] sizes, IntFunction<Lane> lane) {
        var lanes = IntStream.of(sizes).mapToObj(lane).toList();
        var sideBySide = new SideBySide(bench, lanes).measure(backend);
        var growth = sideBySide.growth(Column.CPU);
        return sideBySide.table(lanes.get(0).label())
                + "\n"
                + Bar.line(
                        growth <= BAR,
                        String.format("CPU per request differs by a factor of %.2f", growth),
                        "at most 1.10");
    }

    private Lane callers(int callers) {
        return new Lane(contender.labelled(contender.label() + ", callers: " + callers), Workload.WRAPPED.by(callers));
    }

    private Lane prefixes(int prefixes) {
        var mounted = contender.with("PREFIXES", prefixes).labelled(contender.label() + ", prefixes: " + prefixes);
        return new Lane(mounted, Workload.WRAPPED.below("/p" + (prefixes - 1)));
    }
}
