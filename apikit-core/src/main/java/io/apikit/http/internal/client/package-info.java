/**
 * HTTP exchanges with a backend, over the Apache client that no other package knows.
 *
 * <p>Start reading at {@link io.apikit.http.internal.client.HttpTransport}.
 */
@NullMarked
package io.apikit.http.internal.client;

import org.jspecify.annotations.NullMarked;
