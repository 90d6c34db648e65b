/**
 * How a secret may be spelled in the text of an error, and what of it the caller has sent itself.
 *
 * <p>Start reading at {@link io.apikit.auth.internal.secrets.SecretSpellings}.
 */
@NullMarked
package io.apikit.auth.internal.secrets;

import org.jspecify.annotations.NullMarked;
