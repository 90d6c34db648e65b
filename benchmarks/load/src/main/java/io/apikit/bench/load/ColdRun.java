package io.apikit.bench.load;

import java.util.ArrayList;
import java.util.List;

/** One cold start under load. Used by one thread. */
final class ColdRun implements AutoCloseable {
    private static final long SECOND_POINT = 100;
    private static final long THIRD_POINT = 10_000;

    /** What the process has used from its start to one response. Immutable. */
    record Point(double cpuSeconds, double wallSeconds, double rssMiB) {
        @Override
        public String toString() {
            return String.format("%.2f s of CPU in %.2f s, RSS %.0f MiB", cpuSeconds, wallSeconds, rssMiB);
        }
    }

    private final long start = System.nanoTime();
    private final Launched service;
    private final List<Point> points = new ArrayList<>();
    private long nanosOfAccounts;

    private ColdRun(Contender contender, Launched backend, Bench bench) {
        this.service = contender.start(backend, bench);
    }

    /** Returns the points of the first response, the 100th and the 10,000th. */
    static List<Point> of(Contender contender, Launched backend, Bench bench) {
        try (var run = new ColdRun(contender, backend, bench)) {
            return run.points(bench.connections());
        }
    }

    private List<Point> points(int connections) {
        service.ready(Workload.WRAPPED);
        account();
        try (var swarm = Swarm.open(Workload.WRAPPED, service.port(), connections)) {
            drive(swarm, SECOND_POINT - 1);
            drive(swarm, THIRD_POINT - SECOND_POINT);
        }
        Workload.WRAPPED.check(service);
        return List.copyOf(points);
    }

    private void drive(Swarm swarm, long requests) {
        var load = swarm.drive(requests);
        if (!load.isClean() || load.requests() != requests) {
            throw service.failure("was not measured: " + load);
        }
        account();
    }

    /** The process gets no requests while its figures are read. That time is not part of the wall time. */
    private void account() {
        long now = System.nanoTime();
        var account = ProcessAccount.of(service.handle());
        points.add(new Point(account.cpuMicros() / 1e6, (now - start - nanosOfAccounts) / 1e9, account.rssMiB()));
        nanosOfAccounts += System.nanoTime() - now;
    }

    @Override
    public void close() {
        service.close();
    }
}
