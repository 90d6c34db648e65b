/**
 * Passing a backend's response on to the caller while it is read.
 *
 * <p>Start reading at {@link io.apikit.auth.internal.relay.ResponseRelay}.
 */
@NullMarked
package io.apikit.auth.internal.relay;

import org.jspecify.annotations.NullMarked;
