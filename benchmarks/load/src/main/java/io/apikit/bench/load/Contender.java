package io.apikit.bench.load;

import io.apikit.bench.load.report.Entrant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A candidate with flags and variables, such as {@code apikit +aot -XX:+UseSerialGC MAX_CONNECTIONS=10000}. Immutable.
 *
 * @param label its name in the table
 * @param isTrained whether it is started with an AOT cache, which is made before all measurements
 * @param flags of its JVM
 */
record Contender(
        String label, Candidate candidate, boolean isTrained, List<String> flags, Map<String, String> environment) {
    private static final String AOT = "+aot";

    /** @param words a candidate's name, +aot, JVM flags and environment variables, with blanks between them */
    static Contender of(String words, Candidates candidates) {
        var split = List.of(words.strip().split("\\s+"));
        var flags = new ArrayList<String>();
        var environment = new LinkedHashMap<String, String>();
        var further = split.stream().skip(1).filter(word -> !word.equals(AOT)).toList();
        for (var word : further) {
            var parts = word.split("=", 2);
            if (word.startsWith("-")) {
                flags.add(word);
            } else if (parts.length == 2) {
                environment.put(parts[0], parts[1]);
            } else {
                throw new BenchFailure(
                        "'" + word + "' in '" + words + "' is neither +aot nor a JVM flag nor NAME=VALUE");
            }
        }
        return new Contender(
                String.join(" ", split), candidates.named(split.get(0)), split.contains(AOT), flags, environment);
    }

    /** Returns a copy with another variable of its environment, and with the same label. */
    Contender with(String variable, Object value) {
        var more = new LinkedHashMap<>(environment);
        more.put(variable, value.toString());
        return new Contender(label, candidate, isTrained, flags, more);
    }

    /** Returns a copy with one more JVM flag, and with the same label. */
    Contender withFlag(String flag) {
        var more = Stream.concat(flags.stream(), Stream.of(flag)).toList();
        return new Contender(label, candidate, isTrained, more, environment);
    }

    /** Returns how it is started, without the folders of this machine. */
    Entrant entrant() {
        var shown = flags.stream().map(flag -> flag.replaceFirst("=/.*/", "=")).toList();
        return new Entrant(label, shown, environment, candidate.versions());
    }

    /** Starts a process, and does not wait until it is ready. */
    Launched start(Launched backend, Bench bench) {
        var all = new LinkedHashMap<>(environment);
        all.put("BACKEND", backend.url());
        var command = candidate.isJava()
                ? Stream.concat(Stream.concat(Stream.of(Bench.JAVA), flags.stream()), candidate.command().stream())
                        .toList()
                : candidate.command();
        return Launched.start(label, command, all, bench.log(label));
    }
}
