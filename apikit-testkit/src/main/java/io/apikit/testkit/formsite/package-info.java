/**
 * A fake of a site with a login form and a session cookie of its own. Start reading at
 * {@link io.apikit.testkit.formsite.FakeFormSite}.
 */
@NullMarked
package io.apikit.testkit.formsite;

import org.jspecify.annotations.NullMarked;
