/** Checks who may call a service: API keys from a file, and signed tokens. Start reading at {@link io.apikit.callers.Callers}. */
@NullMarked
package io.apikit.callers;

import org.jspecify.annotations.NullMarked;
