package io.apikit.http;

/**
 * Sends a request to a backend and returns the whole response, whatever its status. Implementations are thread-safe.
 *
 * <p>An implementation reads what to send from {@link BackendRequest#method()}, {@link BackendRequest#target()},
 * {@link BackendRequest#headers()} and {@link BackendRequest#body()}. It sets the headers that frame the message
 * itself, and it observes {@link BackendRequest#deadline()}, or {@link BackendRequest#timeout()} where there is no
 * deadline.
 */
@FunctionalInterface
public interface Transport {
    /**
     * Sends a request and waits for the whole response.
     *
     * @throws io.apikit.BackendError 502, 503 or 504 if no whole response was received; never for a response's status
     */
    BackendResponse send(BackendRequest request);
}
