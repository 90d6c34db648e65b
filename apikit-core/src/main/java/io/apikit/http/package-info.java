/**
 * The way out: requests to the backend, the pooled HTTP client that sends them, its limits, its TLS and its retries.
 * Start reading at {@link io.apikit.http.Transport}, the one interface that all of it is built from.
 */
@NullMarked
package io.apikit.http;

import org.jspecify.annotations.NullMarked;
