/** The wrapped request with Vert.x; start reading with {@link io.apikit.bench.vertx.Main}. */
@NullMarked
package io.apikit.bench.vertx;

import org.jspecify.annotations.NullMarked;
