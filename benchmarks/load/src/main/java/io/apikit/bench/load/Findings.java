package io.apikit.bench.load;

import io.apikit.bench.load.report.Row;
import java.util.List;

/**
 * What an experiment has found. Immutable.
 *
 * @param notes lines of Markdown
 */
record Findings(List<Row> rows, List<String> notes) {}
