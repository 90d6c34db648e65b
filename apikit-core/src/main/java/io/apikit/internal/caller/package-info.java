/**
 * The sender of a request: addresses, networks, forwarded identities, and the keys that distinguish callers.
 *
 * <p>Start reading at {@link io.apikit.internal.caller.ClientAddress}.
 */
@NullMarked
package io.apikit.internal.caller;

import org.jspecify.annotations.NullMarked;
