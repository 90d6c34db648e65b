package io.apikit.bench.load;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/** Thousands of connections that send a request at the same moment: to a slow backend, or with an expired login. */
final class AtOnce {
    /** The files that a candidate opens for other purposes: its jars, its selectors. */
    private static final int OTHER_FILES = 300;

    private static final double MOST_MEMORY_MIB = 600;
    private static final Duration LONGEST_RECOVERY = Duration.ofSeconds(5);
    private static final Pattern COUNTS = Pattern.compile("logins=(\\d+) peak=(\\d+)");

    private final Bench bench;
    private final Contender contender;
    private final Launched backend;
    private final int connections;

    AtOnce(Bench bench, Contender contender, Launched backend, int wanted) {
        this.bench = bench;
        this.contender = contender.with("MAX_CONNECTIONS", wanted);
        this.backend = backend;
        this.connections = fitting(wanted);
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

    String inFlight() {
        var table = new Table(
                List.of("round", "asked", "served", "until the last, s", "at the backend at once", "peak RSS, MiB"));
        var met = true;
        for (int round = 1; round <= bench.rounds(); round++) {
            try (var service = contender.start(backend, bench).ready()) {
                warm(service);
                var load = ask(Workload.SLOW, service);
                var memory = ProcessAccount.of(service.handle()).peakMiB();
                met &= isServed(load) && memory <= MOST_MEMORY_MIB;
                table.row(List.of(
                        String.valueOf(round),
                        String.valueOf(connections),
                        served(load),
                        seconds(load.time()),
                        count(2),
                        String.format("%.0f", memory)));
                Bench.say("round " + round + ": " + load + ", peak RSS " + memory + " MiB");
            }
        }
        return table + "\n" + Bar.line(met, contender.label(), "all served, RSS at most 600 MiB");
    }

    String expired(Duration login) {
        var table =
                new Table(List.of("round", "asked", "served", "logins", "until the last, s", "of these the login, s"));
        var met = true;
        var account = contender.with("LOGIN", "token");
        for (int round = 1; round <= bench.rounds(); round++) {
            try (var service = account.start(backend, bench).ready()) {
                warm(service);
                var before = Long.parseLong(count(1));
                backend.post("/expire");
                var load = ask(Workload.WRAPPED, service);
                var logins = Long.parseLong(count(1)) - before;
                met &= isServed(load) && logins == 1 && load.time().minus(login).compareTo(LONGEST_RECOVERY) <= 0;
                table.row(List.of(
                        String.valueOf(round),
                        String.valueOf(connections),
                        served(load),
                        String.valueOf(logins),
                        seconds(load.time()),
                        seconds(login)));
                Bench.say("round " + round + ": " + load + ", logins: " + logins);
            }
        }
        return table + "\n" + Bar.line(met, contender.label(), "exactly 1 login, all served within its time and 5 s");
    }

    private void warm(Launched service) {
        Workload.WRAPPED.check(service);
        bench.generator().drive(Workload.WRAPPED, service.port(), bench.connections(), bench.warmUp());
    }

    private Load ask(Workload workload, Launched service) {
        try (var swarm = Swarm.open(workload, service.port(), connections)) {
            return swarm.drive(Duration.ZERO);
        }
    }

    private boolean isServed(Load load) {
        return load.isClean() && load.requests() == connections;
    }

    private static String served(Load load) {
        return String.valueOf(load.requests() - load.statuses());
    }

    private String count(int group) {
        var body = backend.get("/count").body();
        var counts = COUNTS.matcher(body);
        if (!counts.matches()) {
            throw backend.failure("counts " + body);
        }
        return counts.group(group);
    }

    private static String seconds(Duration time) {
        return String.format("%.2f", time.toNanos() / 1e9);
    }
}
