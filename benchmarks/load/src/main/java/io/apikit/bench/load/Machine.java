package io.apikit.bench.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.stream.Collectors;

/** The machine that measures, in words. */
final class Machine {
    private static final long KIB_PER_MIB = 1024;

    private Machine() {}

    /** @param amount the load, in words */
    static String described(String amount, Collection<Candidate> candidates) {
        var runtime = Runtime.version();
        return value("/proc/cpuinfo", "model name")
                + ", " + Runtime.getRuntime().availableProcessors() + " cores, "
                + Long.parseLong(value("/proc/meminfo", "MemTotal").replaceAll("\\D", "")) / KIB_PER_MIB + " MiB; "
                + System.getProperty("os.name") + " " + System.getProperty("os.version") + "; JDK " + runtime + " ("
                + System.getProperty("java.vendor") + "); " + amount + ".\n"
                + candidates.stream()
                        .filter(candidate -> !candidate.versions().isBlank())
                        .map(candidate -> candidate.name() + ": " + candidate.versions() + ".\n")
                        .collect(Collectors.joining());
    }

    private static String value(String file, String field) {
        try (var lines = Files.lines(Path.of(file))) {
            return lines.filter(line -> line.startsWith(field))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse("0");
        } catch (IOException e) {
            throw new BenchFailure(file + " cannot be read: " + e.getMessage());
        }
    }
}
