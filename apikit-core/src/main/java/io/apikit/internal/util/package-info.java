/**
 * Small pieces of syntax, digests and threads that several rooms use.
 *
 * <p>Start reading at {@link io.apikit.internal.util.KeyedDigest}.
 */
@NullMarked
package io.apikit.internal.util;

import org.jspecify.annotations.NullMarked;
