package io.apikit.bench.load;

import com.sun.management.UnixOperatingSystemMXBean;
import io.apikit.bench.load.report.Figure;
import io.apikit.bench.load.report.Row;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Thousands of connections that send a request at the same moment: to a slow backend, or with an expired login. */
final class AtOnce implements Experiment {
    /** What happens to the requests, and the bar. */
    @SuppressWarnings("ImmutableEnumChecker") // a record of texts
    enum Event {
        IN_FLIGHT(10_000, Workload.SLOW, "all served, RSS at most 600 MiB"),
        EXPIRED(8_000, Workload.WRAPPED, "exactly 1 login, which takes 1 s, and all served within 3.5 s");

        private final int requests;
        private final Workload workload;
        private final String bar;

        Event(int requests, Workload workload, String bar) {
            this.requests = requests;
            this.workload = workload;
            this.bar = bar;
        }

        /** Returns the limits of the library that so many requests at once need, and the way it logs in. */
        Contender prepared(Contender contender) {
            return switch (this) {
                case IN_FLIGHT -> contender.with("MAX_CONNECTIONS", requests);
                case EXPIRED ->
                    contender.with("MAX_CONNECTIONS", RENEWAL_CONNECTIONS).with("LOGIN", "token");
            };
        }

        private boolean isMet(Outcome outcome) {
            return outcome.load.isClean()
                    && outcome.load.requests() == outcome.asked
                    && (this == IN_FLIGHT
                            ? outcome.peakMiB <= MOST_MEMORY_MIB
                            : outcome.logins == 1 && outcome.load.time().compareTo(LONGEST_RENEWAL) <= 0);
        }
    }

    private record Outcome(int asked, Load load, int logins, int atBackend, double peakMiB) {}

    private record Counts(int logins, int peak) {}

    /** The files that a candidate opens for other purposes: its jars, its selectors. */
    private static final int OTHER_FILES = 300;

    /** With 512 of them, the default, some requests wait for one longer than the 2 s that are allowed. */
    private static final int RENEWAL_CONNECTIONS = 2_000;

    private static final double MOST_MEMORY_MIB = 600;
    private static final Duration LONGEST_RENEWAL = Duration.ofMillis(3_500);
    private static final Pattern COUNTS = Pattern.compile("logins=(\\d+) peak=(\\d+)");

    private final Bench bench;
    private final Event event;
    private final List<Contender> contenders;
    private final int connections;
    private final Map<Contender, List<Outcome>> outcomes = new LinkedHashMap<>();

    /**
     * @param contenders already {@link Event#prepared}
     * @param wanted how many requests at once; 0 for the event's own number
     */
    AtOnce(Bench bench, Event event, List<Contender> contenders, int wanted) {
        this.bench = bench;
        this.event = event;
        this.contenders = contenders;
        this.connections = fitting(wanted == 0 ? event.requests : wanted);
    }

    /** A connection costs the candidate two files: one to the caller, and one to the backend. */
    private static int fitting(int wanted) {
        var system = ManagementFactory.getPlatformMXBean(UnixOperatingSystemMXBean.class);
        long most = (system.getMaxFileDescriptorCount() - OTHER_FILES) / 2;
        if (most < wanted) {
            Bench.say("a process may have " + system.getMaxFileDescriptorCount() + " files open: " + most
                    + " connections, not " + wanted);
        }
        return (int) Math.min(wanted, most);
    }

    @Override
    public String amount() {
        return connections + " connections that each send one request at the same moment; " + bench.rounds()
                + " rounds, after " + bench.plan().warmUp() + " requests of warm-up";
    }

    @Override
    public Estimate estimate() {
        long processes = (long) contenders.size() * bench.rounds();
        return new Estimate(processes, processes * bench.plan().warmUp(), 10 * processes);
    }

    @Override
    public Findings measure(Launched backend) {
        for (int round = 0; round < bench.rounds(); round++) {
            for (var contender : contenders) {
                var outcome = outcome(contender, backend);
                outcomes.computeIfAbsent(contender, unmeasured -> new ArrayList<>())
                        .add(outcome);
                Bench.say("round " + (round + 1) + ": " + contender.label() + ": " + outcome);
            }
        }
        return new Findings(
                contenders.stream().flatMap(this::rows).toList(),
                contenders.stream().map(this::bar).toList());
    }

    private Outcome outcome(Contender contender, Launched backend) {
        try (var service = contender.start(backend, bench).ready()) {
            Workload.WRAPPED.check(service);
            bench.requests(bench.plan().warmUp()).drive(Workload.WRAPPED, service.port());
            int logins = counts(backend).logins;
            if (event == Event.EXPIRED) {
                backend.post("/expire");
            }
            try (var swarm = Swarm.open(event.workload, service.port(), connections)) {
                var load = swarm.driveOnce();
                var after = counts(backend);
                var peak = ProcessAccount.of(service.handle()).peakMiB();
                return new Outcome(connections, load, after.logins - logins, after.peak, peak);
            }
        }
    }

    private static Counts counts(Launched backend) {
        var body = backend.get("/count").body();
        var counts = COUNTS.matcher(body);
        if (!counts.matches()) {
            throw backend.failure("counts " + body);
        }
        return new Counts(Integer.parseInt(counts.group(1)), Integer.parseInt(counts.group(2)));
    }

    private Stream<Row> rows(Contender contender) {
        return Stream.of(
                row(contender, "asked", "", 0, outcome -> outcome.asked),
                row(contender, "served", "", 0, outcome -> outcome.load.requests() - outcome.load.statuses()),
                row(
                        contender,
                        "until the last",
                        "s",
                        2,
                        outcome -> outcome.load.time().toNanos() / 1e9),
                event == Event.EXPIRED
                        ? row(contender, "logins", "", 0, outcome -> outcome.logins)
                        : row(contender, "at the backend at once", "", 0, outcome -> outcome.atBackend),
                row(contender, "peak RSS", "MiB", 0, outcome -> outcome.peakMiB));
    }

    private Row row(Contender contender, String name, String unit, int decimals, ToDoubleFunction<Outcome> value) {
        var samples = outcomes.getOrDefault(contender, List.of()).stream()
                .map(value::applyAsDouble)
                .toList();
        return Row.alone(contender.label(), new Figure(name, unit, decimals, false), samples);
    }

    private String bar(Contender contender) {
        var met = outcomes.getOrDefault(contender, List.of()).stream().allMatch(event::isMet);
        return Bar.line(met, contender.label() + ", " + connections + " at once", event.bar);
    }
}
