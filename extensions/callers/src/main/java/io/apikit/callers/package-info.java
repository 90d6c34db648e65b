/** Checks who may call a service: API keys from a file, and signed tokens. */
@NullMarked
package io.apikit.callers;

import org.jspecify.annotations.NullMarked;
