package io.apikit.bench.load;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** A program of this machine that is run to its end. */
final class Tool {
    private Tool() {}

    /** What it prints, errors included, whatever its exit status. */
    static String output(List<String> command) {
        try {
            var process = Offspring.start(new ProcessBuilder(command).redirectErrorStream(true));
            return new String(process.getInputStream().readAllBytes(), UTF_8);
        } catch (IOException failed) {
            throw new BenchFailure(command.get(0) + " cannot be run: " + failed.getMessage());
        }
    }

    /** Empty where it is not installed. */
    static Optional<String> firstLine(String... command) {
        try {
            return output(List.of(command)).lines().findFirst();
        } catch (BenchFailure absent) {
            return Optional.empty();
        }
    }
}
