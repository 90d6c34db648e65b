/**
 * Credentials in files: netrc and mounted secrets, read again when they change.
 *
 * <p>Start reading at {@link io.apikit.auth.internal.credentials.ReloadingFile}.
 */
@NullMarked
package io.apikit.auth.internal.credentials;

import org.jspecify.annotations.NullMarked;
