/**
 * A browser without a screen: follows redirects, keeps cookies, reads login pages and fills in their forms.
 *
 * <p>Start reading at {@link io.apikit.auth.internal.browser.Browser}.
 */
@NullMarked
package io.apikit.auth.internal.browser;

import org.jspecify.annotations.NullMarked;
