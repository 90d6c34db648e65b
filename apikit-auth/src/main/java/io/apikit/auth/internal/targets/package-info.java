/**
 * What sessions remember of targets (method and path): where they were accepted, and where a new login was rejected.
 *
 * <p>Start reading at {@link io.apikit.auth.internal.targets.SessionTargets}.
 */
@NullMarked
package io.apikit.auth.internal.targets;

import org.jspecify.annotations.NullMarked;
