/**
 * Running the app: what probes are told and how it stops, what is logged and measured, what callers may ask of it and who
 * they are, each request's id, trace and deadline. Start reading at {@link io.apikit.ops.Operations}.
 */
@NullMarked
package io.apikit.ops;

import org.jspecify.annotations.NullMarked;
