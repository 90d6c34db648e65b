package io.apikit.bench.load;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The operating system's figures of a process and all its descendants. Immutable.
 *
 * @param cpuMicros in user and kernel mode; includes children that have ended
 * @param rssMiB pages that processes share are counted in each process
 * @param peakMiB the sum of the highest RSS of each process
 */
record ProcessAccount(double cpuMicros, double rssMiB, double peakMiB) {
    private static final double MICROS_PER_TICK =
            1e6 / Tool.firstLine("getconf", "CLK_TCK").map(Integer::parseInt).orElse(100);

    /** The position of utime, followed by stime, cutime and cstime, after the name in parentheses: proc(5). */
    private static final int FIRST_TIME = 11;

    static ProcessAccount of(ProcessHandle process) {
        var accounts = Stream.concat(Stream.of(process), process.descendants())
                .map(handle -> of(Path.of("/proc", String.valueOf(handle.pid()))))
                .toList();
        return new ProcessAccount(
                accounts.stream().mapToDouble(ProcessAccount::cpuMicros).sum(),
                accounts.stream().mapToDouble(ProcessAccount::rssMiB).sum(),
                accounts.stream().mapToDouble(ProcessAccount::peakMiB).sum());
    }

    private static ProcessAccount of(Path proc) {
        try {
            var status = Files.readAllLines(proc.resolve("status"), UTF_8);
            return new ProcessAccount(
                    ticks(Files.readString(proc.resolve("stat"), UTF_8)) * MICROS_PER_TICK,
                    mebibytes(status, "VmRSS:"),
                    mebibytes(status, "VmHWM:"));
        } catch (IOException e) {
            throw new BenchFailure("no figures of " + proc + ": " + e.getMessage());
        }
    }

    static long ticks(String stat) {
        var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return Stream.of(fields)
                .skip(FIRST_TIME)
                .limit(4)
                .mapToLong(Long::parseLong)
                .sum();
    }

    private static double mebibytes(List<String> status, String field) {
        return status.stream()
                .filter(line -> line.startsWith(field))
                .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")) / 1024)
                .sum();
    }
}
