/**
 * A fake oauth2-proxy in front of a backend of your own. Start reading at
 * {@link io.apikit.testkit.oauth2proxy.FakeOAuth2Proxy}.
 */
@NullMarked
package io.apikit.testkit.oauth2proxy;

import org.jspecify.annotations.NullMarked;
