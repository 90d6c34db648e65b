/**
 * Staying logged in to a backend on behalf of many callers, without ever mixing two of them up.
 *
 * <p>Start reading at {@link io.apikit.auth.BackendSession#send}: it assembles the way of a call.
 */
@NullMarked
package io.apikit.auth;

import org.jspecify.annotations.NullMarked;
