package io.apikit.bench.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** The {@code wrk} that is installed. It uses one thread, and leaves the other cores to the candidate and the backend. */
final class Wrk implements LoadGenerator {
    private static final Pattern SUMMARY =
            Pattern.compile("requests=(\\d+) micros=(\\d+) p50=(\\d+) p99=(\\d+) errors=(\\d+) statuses=(\\d+)");
    private static final String SCRIPT = "load.lua";

    private final Path script;
    private final String version;

    private Wrk(Path script, String version) {
        this.script = script;
        this.version = version;
    }

    /** Returns an empty result where it is not installed. */
    static Optional<LoadGenerator> installed(Path folder) {
        // With -v it prints its version and ends with an error.
        return Tool.firstLine("wrk", "-v")
                .map(line -> new Wrk(unpacked(folder), line.replaceFirst(" Copyright.*", "")));
    }

    private static Path unpacked(Path folder) {
        var script = folder.resolve(SCRIPT);
        try (var resource = Wrk.class.getResourceAsStream(SCRIPT)) {
            Files.write(script, Optional.ofNullable(resource).orElseThrow().readAllBytes());
            return script;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Load drive(Workload workload, int port, int connections, Duration time) {
        var callers = script.resolveSibling("callers");
        try {
            Files.write(callers, workload.authorizations());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return parsed(Tool.output(List.of(
                "wrk",
                "--threads=1",
                "--connections=" + connections,
                "--duration=" + time.toSeconds() + "s",
                "--timeout=10s",
                "--script=" + script,
                "http://127.0.0.1:" + port + workload.path(),
                "--",
                callers.toString())));
    }

    static Load parsed(String output) {
        var summary = SUMMARY.matcher(output);
        if (!summary.find()) {
            throw new BenchFailure("wrk printed no figures: " + output.strip());
        }
        return new Load(
                Long.parseLong(summary.group(1)),
                micros(summary.group(2)),
                micros(summary.group(3)),
                micros(summary.group(4)),
                Long.parseLong(summary.group(5)),
                Long.parseLong(summary.group(6)));
    }

    private static Duration micros(String digits) {
        return Duration.ofNanos(Long.parseLong(digits) * 1000);
    }

    @Override
    public String version() {
        return version;
    }
}
