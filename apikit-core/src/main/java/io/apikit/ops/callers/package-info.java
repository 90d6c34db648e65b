/**
 * Who may call a service: the check of an author or of an extension, and the caller that it has admitted. Start reading with
 * {@link io.apikit.ops.callers.CallerCheck}.
 */
@NullMarked
package io.apikit.ops.callers;

import org.jspecify.annotations.NullMarked;
