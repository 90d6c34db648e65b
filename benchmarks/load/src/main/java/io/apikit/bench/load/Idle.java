package io.apikit.bench.load;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Measures the time from the example's start to its first response, and its memory without any load. */
final class Idle {
    private static final Duration REST = Duration.ofSeconds(10);
    private static final double LONGEST_START_MILLIS = 450;
    private static final double MOST_MEMORY_MIB = 95;

    private record Figures(double startMillis, double rssMiB) {}

    private final Bench bench;
    private final Map<String, String> commands;
    private final Launched backend;
    private final Map<String, List<Figures>> measured = new LinkedHashMap<>();

    /** @param commands that start the example, by their labels */
    Idle(Bench bench, Map<String, String> commands, Launched backend) {
        this.bench = bench;
        this.commands = commands;
        this.backend = backend;
    }

    String report() {
        for (int round = 1; round <= bench.rounds(); round++) {
            for (var command : commands.entrySet()) {
                var figures = measure(command.getKey(), command.getValue());
                measured.computeIfAbsent(command.getKey(), label -> new ArrayList<>())
                        .add(figures);
                Bench.say("round " + round + ": " + command.getKey() + ": " + figures);
            }
        }
        var table = new Table(List.of("", "first 200 on /, ms", "RSS after 10 s at rest, MiB"));
        measured.forEach((label, figures) -> table.row(List.of(label, cell(starts(figures)), cell(memory(figures)))));
        return table + "\n" + bars();
    }

    private Figures measure(String label, String command) {
        long start = System.nanoTime();
        try (var service = start(label, command).ready()) {
            var millis = (System.nanoTime() - start) / 1e6;
            Workload.WRAPPED.check(service);
            Pause.of(REST);
            return new Figures(millis, ProcessAccount.of(service.handle()).rssMiB());
        }
    }

    /** Words before the program are variables of its environment. Its JVM is that of this bench. */
    private Launched start(String label, String command) {
        var environment = new LinkedHashMap<String, String>();
        environment.put("BACKEND_URL", backend.url());
        environment.put("AUTH_MODE", "basic");
        var words = new ArrayList<>(List.of(command.strip().split("\\s+")));
        while (words.get(0).contains("=")) {
            var variable = words.remove(0).split("=", 2);
            environment.put(variable[0], variable[1]);
        }
        words.replaceAll(word -> word.equals("java") ? Bench.JAVA : word);
        return Launched.start(label, words, environment, bench.log(label));
    }

    private String bars() {
        return measured.entrySet().stream()
                .map(entry -> {
                    var start = starts(entry.getValue()).median();
                    var memory = memory(entry.getValue()).median();
                    return Bar.line(
                            start <= LONGEST_START_MILLIS && memory <= MOST_MEMORY_MIB,
                            entry.getKey(),
                            "450 ms and 95 MiB, of the documented way");
                })
                .collect(Collectors.joining());
    }

    private static Spread starts(List<Figures> figures) {
        return Spread.of(figures.stream().mapToDouble(Figures::startMillis));
    }

    private static Spread memory(List<Figures> figures) {
        return Spread.of(figures.stream().mapToDouble(Figures::rssMiB));
    }

    private static String cell(Spread spread) {
        return String.format("%.0f (%.0f-%.0f)", spread.median(), spread.least(), spread.most());
    }
}
