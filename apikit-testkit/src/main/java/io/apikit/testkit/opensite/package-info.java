/** A fake of a site without a login. {@link io.apikit.testkit.opensite.FakeSite} is where to start. */
@NullMarked
package io.apikit.testkit.opensite;

import org.jspecify.annotations.NullMarked;
