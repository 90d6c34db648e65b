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

/** Where the server says of each request that it is over, also of those that it could not read. */
record RequestEvents(List<ServedRequest.Listener> listeners) implements RequestLog {
    /** These, and then the log that the author has set on the server. */
    static @Nullable RequestLog before(@Nullable RequestLog authors, List<ServedRequest.Listener> listeners) {
        if (listeners.isEmpty()) {
            return authors;
        }
        var ours = new RequestEvents(listeners);
        return authors == null ? ours : new Collection(ours, authors);
    }

    @Override
    public void log(Request request, Response response) {
        var served = served(request, response);
        listeners.forEach(listener -> listener.served(served));
    }

    private static ServedRequest served(Request request, Response response) {
        var exchange = ErrorShapingResponse.of(request);
        return new ServedRequest(
                request,
                exchange.map(ErrorShapingResponse::requestId)
                        .orElseGet(() ->
                                RequestId.acceptOrGenerate(response.getHeaders().getValuesList(RequestId.HEADER))),
                exchange.flatMap(ErrorShapingResponse::route),
                response.getStatus(),
                Duration.ofNanos(NanoTime.elapsed(
                        request.getHeadersNanoTime(),
                        exchange.map(ErrorShapingResponse::overNanos).orElseGet(NanoTime::now))),
                Response.getContentBytesWritten(response),
                exchange.filter(ErrorShapingResponse::isCut).isEmpty() && isWhole(response));
    }

    /** Jetty counts a cut as the last write too; what it answers a failure with is whole, and an error. */
    private static boolean isWhole(Response response) {
        return response.hasLastWrite() && (response.isCompletedSuccessfully() || response.getStatus() >= 400);
    }
}
