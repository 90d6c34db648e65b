package io.apikit.bench.load.report;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A table in Markdown, its columns aligned. */
final class Table {
    private final List<List<String>> rows = new ArrayList<>();

    Table(Collection<String> titles) {
        rows.add(List.copyOf(titles));
        rows.add(Collections.nCopies(titles.size(), "---"));
    }

    void row(Collection<String> cells) {
        rows.add(List.copyOf(cells));
    }

    @Override
    public String toString() {
        return rows.stream().map(this::line).collect(Collectors.joining("\n", "", "\n"));
    }

    private String line(List<String> cells) {
        return Stream.iterate(0, i -> i < cells.size(), i -> i + 1)
                .map(i -> padded(cells.get(i), width(i)))
                .collect(Collectors.joining(" | ", "| ", " |"));
    }

    private int width(int column) {
        return rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
    }

    private static String padded(String cell, int width) {
        return cell + " ".repeat(width - cell.length());
    }
}
