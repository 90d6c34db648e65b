/**
 * What replicas need to share logins through a store that may see nothing of them: keys, seals, and the slow hash of
 * passwords.
 *
 * <p>Start reading at {@link io.apikit.auth.internal.sharing.StoreKeys}.
 */
@NullMarked
package io.apikit.auth.internal.sharing;

import org.jspecify.annotations.NullMarked;
