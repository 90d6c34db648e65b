/** The wrapped request with Helidon SE; start reading with {@link io.apikit.bench.helidon.Main}. */
@NullMarked
package io.apikit.bench.helidon;

import org.jspecify.annotations.NullMarked;
