/**
 * Running the app: how many requests it takes on, how it stops, whom it believes who a caller is, and each request's id
 * and deadline. Start reading at {@link io.apikit.ops.Operations}.
 */
@NullMarked
package io.apikit.ops;

import org.jspecify.annotations.NullMarked;
