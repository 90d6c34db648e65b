/**
 * Running the app: how many requests it takes on, how it stops, and each request's id and deadline. Start reading at
 * {@link io.apikit.ops.Operations}.
 */
@NullMarked
package io.apikit.ops;

import org.jspecify.annotations.NullMarked;
