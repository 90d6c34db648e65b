package io.apikit.architecture;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The lines of {@code api/baseline.txt}. A line without a leading space is a type, as {@code name = kind : supertypes}.
 * A line that begins with a space is a signature of the type above it.
 */
record ApiBaseline(List<Entry> types) {
    /** A type, its kind, the supertypes that are part of the contract, and the signatures of its members. */
    record Entry(String name, String kind, Set<String> supertypes, Set<String> members) {}

    static ApiBaseline read(Path file) throws IOException {
        var types = new ArrayList<Entry>();
        for (var line : Files.readAllLines(file)) {
            if (line.startsWith(" ")) {
                types.get(types.size() - 1).members().add(line.strip());
            } else if (!line.isBlank() && !line.startsWith("#")) {
                types.add(type(line));
            }
        }
        return new ApiBaseline(List.copyOf(types));
    }

    private static Entry type(String line) {
        var halves = line.split(" : ", 2);
        var head = halves[0].split(" = ", 2);
        var supertypes = halves.length == 1 ? Set.<String>of() : Set.of(halves[1].split("; "));
        return new Entry(head[0], head[1], supertypes, new TreeSet<>());
    }
}
