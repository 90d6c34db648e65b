/** The load bench: candidates in turn, under the same load; start reading with {@link io.apikit.bench.load.SideBySide}. */
@NullMarked
package io.apikit.bench.load;

import org.jspecify.annotations.NullMarked;
