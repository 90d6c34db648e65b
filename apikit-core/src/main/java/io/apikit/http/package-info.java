/**
 * Requests to a backend, its responses, and the settings of the client that sends them: limits, TLS, retries, circuit
 * breaker and pace.
 *
 * <p>Start reading at {@link io.apikit.http.Transport}, the interface that every layer of a call implements.
 */
@NullMarked
package io.apikit.http;

import org.jspecify.annotations.NullMarked;
