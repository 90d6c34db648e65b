package io.apikit.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What does not keep a rule of {@link HouseRulesTest} yet: the lines of {@code house-exceptions.txt}, each the name of a
 * rule and a violation of it. An exception that is no longer needed has to be removed. The file has to be empty in the
 * end.
 */
record HouseExceptions(Set<String> lines) {
    private static final String FILE = "house-exceptions.txt";

    static HouseExceptions read() {
        try (var file = Objects.requireNonNull(HouseExceptions.class.getResourceAsStream(FILE))) {
            var text = new String(file.readAllBytes(), StandardCharsets.UTF_8);
            return new HouseExceptions(text.lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .collect(Collectors.toCollection(TreeSet::new)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Fails unless the violations are exactly the exceptions of this rule. */
    void check(String rule, Stream<String> violations) {
        var found = violations.map(violation -> rule + ": " + violation).collect(Collectors.toCollection(TreeSet::new));
        var listed = lines.stream()
                .filter(line -> line.startsWith(rule + ": "))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(without(found, listed))
                .as("new violations, one to a line:\n%s", joined(without(found, listed)))
                .isEmpty();
        assertThat(without(listed, found))
                .as("exceptions to remove from %s:\n%s", FILE, joined(without(listed, found)))
                .isEmpty();
    }

    private static Set<String> without(Set<String> from, Set<String> those) {
        return from.stream().filter(line -> !those.contains(line)).collect(Collectors.toCollection(TreeSet::new));
    }

    private static String joined(Set<String> lines) {
        return String.join("\n", lines);
    }
}
