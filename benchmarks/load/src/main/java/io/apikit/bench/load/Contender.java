package io.apikit.bench.load;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A candidate with flags and variables, such as {@code apikit -XX:+UseSerialGC MAX_CONNECTIONS=10000}. Immutable.
 *
 * @param label its name in the table
 * @param flags of its JVM
 */
record Contender(String label, Candidate candidate, List<String> flags, Map<String, String> environment) {
    /** @param words a candidate's name, JVM flags and environment variables, with blanks between them */
    static Contender of(String words, Candidates candidates) {
        var split = List.of(words.strip().split("\\s+"));
        var flags = new ArrayList<String>();
        var environment = new LinkedHashMap<String, String>();
        for (var word : split.subList(1, split.size())) {
            var parts = word.split("=", 2);
            if (word.startsWith("-")) {
                flags.add(word);
            } else if (parts.length == 2) {
                environment.put(parts[0], parts[1]);
            } else {
                throw new BenchFailure("'" + word + "' in '" + words + "' is neither a JVM flag nor NAME=VALUE");
            }
        }
        return new Contender(words.strip(), candidates.named(split.get(0)), flags, environment);
    }

    /** Returns a copy with another variable of its environment, and with the same label. */
    Contender with(String variable, Object value) {
        var more = new LinkedHashMap<>(environment);
        more.put(variable, value.toString());
        return new Contender(label, candidate, flags, more);
    }

    Contender labelled(String label) {
        return new Contender(label, candidate, flags, environment);
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
