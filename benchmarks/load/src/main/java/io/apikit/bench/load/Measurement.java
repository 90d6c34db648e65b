package io.apikit.bench.load;

import java.time.Duration;

/** Measures a lane once: a fresh process, a warm-up, and a load. A measurement with any wrong answer is void. */
final class Measurement {
    private final Bench bench;
    private final Launched backend;

    Measurement(Bench bench, Launched backend) {
        this.bench = bench;
        this.backend = backend;
    }

    Sample of(Lane lane) {
        try (var service = lane.contender().start(backend, bench).ready()) {
            lane.workload().check(service);
            drive(lane, service, bench.warmUp());
            var before = ProcessAccount.of(service.handle());
            var load = drive(lane, service, bench.time());
            var after = ProcessAccount.of(service.handle());
            lane.workload().check(service);
            return Sample.of(load, before, after, allocated(lane, service));
        }
    }

    private Load drive(Lane lane, Launched service, Duration time) {
        var load = bench.generator().drive(lane.workload(), service.port(), bench.connections(), time);
        if (!load.isClean()) {
            throw service.failure("was not measured: of " + load.requests() + " requests " + load.statuses()
                    + " had an error status, and " + load.errors() + " met an error of their socket or timed out");
        }
        return load;
    }

    /** Under a load of its own, so that nothing is attached to what is measured else. */
    private double allocated(Lane lane, Launched service) {
        if (!lane.contender().candidate().isJava()) {
            return Double.NaN;
        }
        try (var allocation = Allocation.of(service.pid(), bench.agent())) {
            var before = allocation.bytes();
            var load = drive(
                    lane, service, Duration.ofSeconds(Math.max(1, bench.time().toSeconds() / 5)));
            return (allocation.bytes() - before) / load.requests();
        }
    }
}
