/**
 * The wrapped request by hand, on Javalin and the JDK's HttpClient; start reading with
 * {@link io.apikit.bench.byhandjdk.Main}.
 */
@NullMarked
package io.apikit.bench.byhandjdk;

import org.jspecify.annotations.NullMarked;
