/**
 * Staying logged in to a backend on behalf of many callers, without ever mixing two of them up.
 *
 * <p>Start reading at {@link io.apikit.auth.SessionFactory#open}: it assembles the pipeline of a session.
 */
@NullMarked
package io.apikit.auth;

import org.jspecify.annotations.NullMarked;
