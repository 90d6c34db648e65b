package io.apikit.internal.server;

import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * Limits how many requests the app serves at the same time. Further ones wait in the order they came, without a thread.
 * What a thread is needed for besides has no limit here: reading the headers and bodies of requests. Probes do not wait.
 */
final class RequestAdmission extends Handler.Wrapper {
    private final int most;
    private final OpenPaths probePaths;

    /** Below zero: how many requests wait. */
    private final AtomicInteger free;

    private final Queue<WaitingRequest> waiting = new ConcurrentLinkedQueue<>();

    /** @param probePaths the paths whose GET and HEAD do not wait */
    RequestAdmission(int most, OpenPaths probePaths) {
        this.most = most;
        this.free = new AtomicInteger(most);
        this.probePaths = probePaths;
    }

    int most() {
        return most;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        if (probePaths.isAskedBy(request)) {
            return super.handle(request, response, callback);
        }
        if (free.getAndDecrement() > 0) {
            try {
                return super.handle(request, response, callback);
            } finally {
                release();
            }
        }
        var shaping = ErrorShapingResponse.of(request).orElseThrow();
        shaping.setWaiting(true);
        // The idle time of the connection is the client's, which waits for the service. After the wait, the other
        // listeners of the request decide: this one must not fail what they let go on.
        request.addIdleTimeoutListener(timeout -> false);
        waiting.add(new WaitingRequest(request, shaping, response, callback));
        return true;
    }

    private void release() {
        while (free.getAndIncrement() < 0 && !next().tryStart()) {
            // Its server stops and has no threads: the next one fails like it.
        }
    }

    /** The one that made the number negative is about to be added, by a thread that waits for nothing. */
    private WaitingRequest next() {
        while (true) {
            var next = waiting.poll();
            if (next != null) {
                return next;
            }
            Thread.onSpinWait();
        }
    }

    /** A request that waits for its turn. */
    private final class WaitingRequest implements Runnable {
        private final Request request;
        private final ErrorShapingResponse shaping;
        private final Response response;
        private final Callback callback;

        /** What the log says of the request, such as its caller. The handlers that put it there do not run again. */
        private final @Nullable Map<String, String> logged = MDC.getCopyOfContextMap();

        private WaitingRequest(Request request, ErrorShapingResponse shaping, Response response, Callback callback) {
            this.request = request;
            this.shaping = shaping;
            this.response = response;
            this.callback = callback;
        }

        private boolean tryStart() {
            shaping.setWaiting(false);
            try {
                request.getComponents().getExecutor().execute(this);
                return true;
            } catch (RejectedExecutionException e) {
                callback.failed(e);
                return false;
            }
        }

        @Override
        public void run() {
            if (logged != null) {
                MDC.setContextMap(logged);
            }
            try {
                if (!RequestScopeHandler.handle(getHandler(), request, shaping, response, callback)) {
                    Response.writeError(request, response, callback, HttpStatus.NOT_FOUND_404);
                }
            } catch (Throwable e) {
                Response.writeError(request, response, callback, e);
            } finally {
                release();
            }
        }
    }
}
