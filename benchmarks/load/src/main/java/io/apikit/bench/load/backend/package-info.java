/** The backend of the load bench, which costs little; start reading with {@link io.apikit.bench.load.backend.Answers}. */
@NullMarked
package io.apikit.bench.load.backend;

import org.jspecify.annotations.NullMarked;
