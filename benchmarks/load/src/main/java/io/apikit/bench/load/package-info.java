/**
 * The load bench: measures what a request costs each candidate under the same load. Start reading with {@link
 * io.apikit.bench.load.PairedComparison}.
 */
@NullMarked
package io.apikit.bench.load;

import org.jspecify.annotations.NullMarked;
