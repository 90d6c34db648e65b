package io.apikit.internal.server;

import io.apikit.internal.metrics.ServedRequest;
import io.apikit.ops.RequestId;
import java.time.Duration;
import java.util.List;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.RequestLog;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.NanoTime;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reports each request to the listeners after its end, also one that the server could not parse. */
record RequestEvents(List<ServedRequest.Listener> listeners) implements RequestLog {
    private static final Logger log = LoggerFactory.getLogger(RequestEvents.class);

    /** Returns a log that calls the listeners, and then the log that the author has set on the server. */
    static @Nullable RequestLog create(List<ServedRequest.Listener> listeners, @Nullable RequestLog authors) {
        if (listeners.isEmpty() && !log.isDebugEnabled()) {
            return authors;
        }
        var ours = new RequestEvents(listeners);
        return authors == null ? ours : new Collection(ours, authors);
    }

    @Override
    public void log(Request request, Response response) {
        var served = served(request, response);
        if (log.isDebugEnabled() && isEmpty(served)) {
            log.debug(
                    "{} {} has sent 200 without a body: its handler has set no result, no JSON and no status",
                    request.getMethod(),
                    served.route().get());
        }
        listeners.forEach(listener -> listener.served(served));
    }

    private static boolean isEmpty(ServedRequest served) {
        return served.status() == 200
                && served.bytes() == 0
                && served.isWhole()
                && served.route().isPresent()
                && !served.request().getMethod().equals("HEAD");
    }

    private static ServedRequest served(Request request, Response response) {
        var shaping = ErrorShapingResponse.of(request);
        return new ServedRequest(
                request,
                shaping.map(ErrorShapingResponse::requestId)
                        .orElseGet(() ->
                                RequestId.acceptOrGenerate(response.getHeaders().getValuesList(RequestId.HEADER))),
                shaping.flatMap(ErrorShapingResponse::route),
                response.getStatus(),
                Duration.ofNanos(NanoTime.elapsed(
                        request.getHeadersNanoTime(),
                        shaping.map(ErrorShapingResponse::endNanos).orElseGet(NanoTime::now))),
                Response.getContentBytesWritten(response),
                shaping.filter(ErrorShapingResponse::isCutOff).isEmpty() && isWhole(response));
    }

    /** Jetty counts a cut-off as the last write too. Its response to a failure is complete, and an error. */
    private static boolean isWhole(Response response) {
        return response.hasLastWrite() && (response.isCompletedSuccessfully() || response.getStatus() >= 400);
    }
}
