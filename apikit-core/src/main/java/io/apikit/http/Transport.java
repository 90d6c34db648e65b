package io.apikit.http;

/** One way to a backend: sends a request and gives back the whole response, whatever its status. */
@FunctionalInterface
public interface Transport {
    /**
     * Sends a request and waits for the whole response.
     *
     * @throws io.apikit.BackendError 502, 503 or 504 where no whole response was had; never for a response's status
     */
    BackendResponse send(BackendRequest request);
}
