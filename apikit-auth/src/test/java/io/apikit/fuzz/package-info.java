/**
 * Fuzzers: generated and mutated bytes from callers, backends, login servers and in paths, beside honest callers. Start
 * reading at {@link io.apikit.fuzz.FuzzRun}.
 */
@NullMarked
package io.apikit.fuzz;

import org.jspecify.annotations.NullMarked;
