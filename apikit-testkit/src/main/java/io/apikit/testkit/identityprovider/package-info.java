/**
 * A fake identity provider, with a login form and single sign-on. Start reading at
 * {@link io.apikit.testkit.identityprovider.FakeIdentityProvider}.
 */
@NullMarked
package io.apikit.testkit.identityprovider;

import org.jspecify.annotations.NullMarked;
