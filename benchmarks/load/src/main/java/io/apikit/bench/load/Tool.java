package io.apikit.bench.load;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** A program of this machine. Each call runs it to its end. */
final class Tool {
    private Tool() {}

    /** Returns its output and its errors, for any exit status. */
    static String output(List<String> command) {
        try {
            var process = Offspring.start(new ProcessBuilder(command).redirectErrorStream(true));
            return new String(process.getInputStream().readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new BenchFailure(command.get(0) + " cannot be run: " + e.getMessage());
        }
    }

    /** Returns an empty result where it is not installed. */
    static Optional<String> firstLine(String... command) {
        try {
            return output(List.of(command)).lines().findFirst();
        } catch (BenchFailure ignored) {
            return Optional.empty();
        }
    }
}
