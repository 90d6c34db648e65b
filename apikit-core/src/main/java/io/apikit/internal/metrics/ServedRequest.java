package io.apikit.internal.metrics;

import java.time.Duration;
import java.util.Optional;
import org.eclipse.jetty.server.Request;

/**
 * A request whose response has ended or was cut off. It may be one that no route got, such as a malformed request.
 * Immutable.
 *
 * @param request as the server read it; its headers may have secrets
 * @param requestId the id of {@link io.apikit.ops.RequestId}
 * @param route the path of the route that responded, as it was registered ({@code /{job}/{metric}}); empty if none did
 * @param status of the response
 * @param took the time from the end of the request's headers to the end of the response
 * @param bytes the number of bytes in the response's body
 * @param isWhole whether the response is complete; otherwise the connection was closed before its end
 */
public record ServedRequest(
        Request request,
        String requestId,
        Optional<String> route,
        int status,
        Duration took,
        long bytes,
        boolean isWhole) {
    /** Has no header, so that it is safe to log. */
    @Override
    public String toString() {
        return "ServedRequest[" + requestId + ", " + request.getMethod() + " " + route.orElse("-") + ", " + status
                + "]";
    }

    /**
     * Gets each request once it is over, on the thread that ended it. Must be thread-safe, must not block and must not
     * throw.
     */
    @FunctionalInterface
    public interface Listener {
        /** Gets a request that is over. */
        void served(ServedRequest request);
    }
}
