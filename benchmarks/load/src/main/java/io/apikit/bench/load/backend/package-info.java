/** The backend of the load bench, which takes little CPU. Start reading with {@link io.apikit.bench.load.backend.Responses}. */
@NullMarked
package io.apikit.bench.load.backend;

import org.jspecify.annotations.NullMarked;
