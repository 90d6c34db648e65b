/**
 * The contract that every auth mode runs, as test classes to extend.
 *
 * <p>Start reading at {@link io.apikit.auth.contract.AuthModeContract}.
 */
@NullMarked
package io.apikit.auth.contract;

import org.jspecify.annotations.NullMarked;
