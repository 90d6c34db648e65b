package io.apikit.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;

/** What {@code /metrics} said. */
record Scraped(String text) {
    /** The one series of this name that has all these labels, each as {@code name="value"}. */
    double value(String name, String... labels) {
        var found = all(name, labels);
        assertThat(found).as("%s %s in%n%s", name, List.of(labels), text).hasSize(1);
        return number(found.get(0));
    }

    /** All series of this name that have these labels together. */
    double sum(String name, String... labels) {
        return all(name, labels).stream().mapToDouble(Scraped::number).sum();
    }

    OptionalDouble find(String name, String... labels) {
        return all(name, labels).stream().mapToDouble(Scraped::number).findFirst();
    }

    private List<String> all(String name, String... labels) {
        return text.lines()
                .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
                .filter(line -> Arrays.stream(labels).allMatch(line::contains))
                .toList();
    }

    private static double number(String line) {
        return Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1));
    }
}
