/**
 * The wrapped request by hand, on Javalin and Apache HttpClient; start reading with
 * {@link io.apikit.bench.byhandapache.Main}.
 */
@NullMarked
package io.apikit.bench.byhandapache;

import org.jspecify.annotations.NullMarked;
