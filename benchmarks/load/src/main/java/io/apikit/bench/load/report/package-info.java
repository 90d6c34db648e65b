/** What a run has measured, as Markdown and as JSON. Start reading with {@link io.apikit.bench.load.report.Report}. */
@NullMarked
package io.apikit.bench.load.report;

import org.jspecify.annotations.NullMarked;
