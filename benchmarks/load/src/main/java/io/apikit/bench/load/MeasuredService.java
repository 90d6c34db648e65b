package io.apikit.bench.load;

/** A process of a candidate that is measured. A measurement with any wrong response is void. Used by one thread. */
final class MeasuredService implements AutoCloseable {
    /** A load with its number of connections and requests. */
    interface LoadSource {
        Load drive(Workload workload, int port);
    }

    private final Lane lane;
    private final Bench bench;
    private final Launched service;

    private MeasuredService(Lane lane, Bench bench, Launched service) {
        this.lane = lane;
        this.bench = bench;
        this.service = service;
    }

    /** Starts a new process, and checks one of its responses. */
    static MeasuredService start(Lane lane, Launched backend, Bench bench) {
        var started = lane.contender().start(backend, bench);
        try {
            lane.workload().check(started.ready());
            return new MeasuredService(lane, bench, started);
        } catch (BenchFailure e) {
            started.close();
            throw e;
        }
    }

    Load drive(LoadSource source) {
        var load = source.drive(lane.workload(), service.port());
        if (!load.isClean()) {
            throw service.failure("was not measured: of " + load.requests() + " requests " + load.statuses()
                    + " had an error status, and " + load.errors() + " met an error of their socket or timed out");
        }
        return load;
    }

    /** Returns all figures except the allocation. */
    Sample measure(LoadSource source) {
        var before = account();
        var load = drive(source);
        var after = account();
        lane.workload().check(service);
        var sample = Sample.of(load, before, after);
        Bench.say(lane.label() + ": " + sample);
        return sample;
    }

    ProcessAccount account() {
        return ProcessAccount.of(service.handle());
    }

    /**
     * Returns the bytes allocated per request, under a load of their own. An agent is attached for them, which must not
     * disturb the other figures: this is called after the last {@link #measure}.
     */
    double allocated(LoadSource source) {
        if (!lane.contender().candidate().isJava()) {
            return Double.NaN;
        }
        try (var allocation = Allocation.of(service.pid(), bench.agent())) {
            var before = allocation.bytes();
            var load = drive(source);
            return (allocation.bytes() - before) / load.requests();
        }
    }

    @Override
    public void close() {
        service.close();
    }
}
