/**
 * How many logins may be tried and may hang: guesses at passwords, and the threads on which logins run. What in a response
 * shows that a login has ended.
 *
 * <p>Start reading at {@link io.apikit.auth.internal.logins.PasswordGuessLimiter}.
 */
@NullMarked
package io.apikit.auth.internal.logins;

import org.jspecify.annotations.NullMarked;
