package io.apikit.internal.metrics;

import java.time.Duration;
import java.util.Optional;
import org.eclipse.jetty.server.Request;

/**
 * A request whose answer is out, or broke off; also one that no route ever saw, such as a malformed one. Immutable.
 *
 * @param request as the server read it; its headers may hold secrets
 * @param requestId what {@link io.apikit.ops.RequestId RequestId} calls it
 * @param route the path of the route that answered, as it was registered ({@code /{job}/{metric}}); empty if none did
 * @param status of the answer
 * @param took from the end of the request's headers to the end of the answer
 * @param bytes of the answer's body
 * @param isWhole whether the answer is complete; if not, the connection was cut
 */
public record ServedRequest(
        Request request,
        String requestId,
        Optional<String> route,
        int status,
        Duration took,
        long bytes,
        boolean isWhole) {
    /** Names no header. */
    @Override
    public String toString() {
        return "ServedRequest[" + requestId + ", " + request.getMethod() + " " + route.orElse("-") + ", " + status
                + "]";
    }

    /** Is told of each request once it is over, on whichever thread ended it. Must be quick, threadsafe and throw nothing. */
    @FunctionalInterface
    public interface Listener {
        /** This request is over. */
        void served(ServedRequest request);
    }
}
