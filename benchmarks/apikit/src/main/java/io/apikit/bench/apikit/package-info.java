/** The wrapped request with this library; start reading with {@link io.apikit.bench.apikit.Main}. */
@NullMarked
package io.apikit.bench.apikit;

import org.jspecify.annotations.NullMarked;
