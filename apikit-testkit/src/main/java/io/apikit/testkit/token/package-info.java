/**
 * A fake OAuth 2.0 token endpoint. Start reading at {@link io.apikit.testkit.token.FakeTokenEndpoint}.
 */
@NullMarked
package io.apikit.testkit.token;

import org.jspecify.annotations.NullMarked;
