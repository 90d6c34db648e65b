/**
 * What a backend has to do with the app that uses it.
 *
 * <p>Start reading at {@link io.apikit.auth.internal.app.BackendUsage}.
 */
@NullMarked
package io.apikit.auth.internal.app;

import org.jspecify.annotations.NullMarked;
