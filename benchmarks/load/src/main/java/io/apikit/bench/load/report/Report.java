package io.apikit.bench.load.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The result of one scenario, for people in Markdown and for programs in JSON. Immutable.
 *
 * @param started in UTC
 * @param amount the load, in words
 * @param notes lines of Markdown that follow the tables: the bars, and whether they are met
 */
public record Report(
        String scenario,
        String started,
        String amount,
        Machine machine,
        List<Entrant> entrants,
        List<Row> rows,
        List<String> notes) {
    /** Returns the machine, how each candidate was started, the figures, and the ratios of the pairs. */
    public String markdown() {
        return "## " + scenario + "\n\n" + machine.line() + ". Started " + started + ". " + amount + ".\n\n"
                + entrants.stream().map(Entrant::line).collect(Collectors.joining()) + "\n" + figures()
                + (listed().findAny().isPresent() ? "\n" + ratios() : "")
                + (notes.isEmpty() ? "" : "\n" + String.join("", notes));
    }

    /** Figures are columns, candidates are rows. Of two comparisons of one figure the table has the first. */
    private Table figures() {
        var figures = new LinkedHashSet<Figure>();
        rows.forEach(row -> figures.add(row.figure()));
        var titles = new ArrayList<>(List.of(""));
        figures.forEach(figure -> titles.add(figure.title()));
        var table = new Table(titles);
        rows.stream().map(Row::label).distinct().forEach(label -> {
            var cells = new ArrayList<>(List.of(label));
            figures.forEach(
                    figure -> cells.add(row(label, figure).map(Row::cell).orElse("")));
            table.row(cells);
        });
        return table;
    }

    private Optional<Row> row(String label, Figure figure) {
        return rows.stream()
                .filter(row -> row.label().equals(label) && row.figure().equals(figure))
                .findFirst();
    }

    private Stream<Row> listed() {
        return rows.stream()
                .filter(row -> row.figure().isListed() && !row.ratios().isEmpty());
    }

    private Table ratios() {
        var table = new Table(List.of("ratio", "of", "over", "each pair", "median", "least", "most"));
        listed().forEach(row -> table.row(List.of(
                row.figure().name(),
                row.label(),
                row.over(),
                row.ratios().stream().map(Report::ratio).collect(Collectors.joining(" ")),
                ratio(row.ratio().median()),
                ratio(row.ratio().least()),
                ratio(row.ratio().most()))));
        return table;
    }

    private static String ratio(double ratio) {
        return String.format("%.3f", ratio);
    }

    /** Returns all samples and ratios. */
    public String json() {
        var members = new LinkedHashMap<String, Object>();
        members.put("scenario", scenario);
        members.put("started", started);
        members.put("amount", amount);
        members.put("machine", machine.members());
        members.put("candidates", entrants.stream().map(Entrant::members).toList());
        members.put("rows", rows.stream().map(Row::members).toList());
        members.put("notes", notes.stream().map(String::strip).toList());
        return Json.of(members) + "\n";
    }
}
