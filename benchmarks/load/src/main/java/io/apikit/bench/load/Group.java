package io.apikit.bench.load;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/** Processes of several lanes that run at the same time, and get their requests one after the other. Used by one thread. */
final class Group implements AutoCloseable {
    private final Map<Lane, MeasuredService> services = new LinkedHashMap<>();

    private Group() {}

    static Group start(List<Lane> lanes, Launched backend, Bench bench) {
        var group = new Group();
        try {
            lanes.forEach(lane -> group.services.put(lane, MeasuredService.start(lane, backend, bench)));
            return group;
        } catch (BenchFailure e) {
            group.close();
            throw e;
        }
    }

    /** Visits each process, in the order of the lanes or the other way round. */
    void each(boolean isReversed, BiConsumer<Lane, MeasuredService> step) {
        var lanes = new ArrayList<>(services.keySet());
        if (isReversed) {
            Collections.reverse(lanes);
        }
        lanes.forEach(lane -> step.accept(lane, services.get(lane)));
    }

    @Override
    public void close() {
        services.values().forEach(MeasuredService::close);
    }
}
