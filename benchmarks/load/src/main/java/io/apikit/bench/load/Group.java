package io.apikit.bench.load;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** Processes of several lanes that run at the same time, and get their requests one after the other. Used by one thread. */
final class Group implements AutoCloseable {
    /** A figure of each lane. */
    interface Figures<T> {
        T of(Lane lane);
    }

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
        lanes.forEach(lane -> step.accept(lane, requireNonNull(services.get(lane))));
    }

    /** Returns a figure of each process, taken in the order of the lanes or the other way round. */
    <T> Figures<T> ofEach(boolean isReversed, Function<MeasuredService, T> figure) {
        var figures = new LinkedHashMap<Lane, T>();
        each(isReversed, (lane, service) -> figures.put(lane, figure.apply(service)));
        return lane -> requireNonNull(figures.get(lane));
    }

    @Override
    public void close() {
        services.values().forEach(MeasuredService::close);
    }
}
