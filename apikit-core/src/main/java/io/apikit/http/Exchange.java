package io.apikit.http;

import io.apikit.BackendError;
import java.io.IOException;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.http.HttpHost;

/** One request on its way to one origin and back; used once. Whatever ends it, its connection is given back. */
final class Exchange {
    private final CloseableHttpClient client;
    private final Faults faults;
    private final BackendRequest request;
    private final HttpUriRequestBase wire;
    private final HttpClientContext context = HttpClientContext.create();
    private boolean isReset;
    private boolean isSent;

    Exchange(CloseableHttpClient client, Faults faults, String base, BackendRequest request) {
        this.client = client;
        this.faults = faults;
        this.request = request;
        this.wire = WireMessages.request(base, request);
    }

    /** Sends the request and reads the whole answer. */
    BackendResponse run(HttpHost host, Deadline deadline, long bodyLimitBytes) {
        try (var watchdog = Watchdog.until(deadline, wire::cancel)) {
            try {
                return whole(run(host, bodyLimitBytes), watchdog);
            } catch (TransportFault | IOException | RuntimeException e) {
                throw error(e, watchdog.hasBarked());
            } finally {
                end();
            }
        }
    }

    /** A connection that the deadline closed can look like the regular end of a body that has no length. */
    private BackendResponse whole(BackendResponse response, Watchdog watchdog) throws TransportFault {
        if (watchdog.hasBarked()) {
            throw faults.deadline(null);
        }
        return response;
    }

    private BackendResponse run(HttpHost host, long bodyLimitBytes) throws IOException, TransportFault {
        var answer = client.executeOpen(host, wire, context);
        var response = WireMessages.response(answer, faults, bodyLimitBytes);
        answer.close(); // Only here: it would read the rest of a body that was found too large.
        return response;
    }

    /** Sends the request and reads the head of the answer, as it came; whoever asked closes it. */
    OpenAnswer open(HttpHost host, Deadline deadline, RequestConfig undecoded) {
        wire.setConfig(undecoded);
        WireExecutor.keepReadTimeout(context);
        var watchdog = Watchdog.until(deadline, wire::cancel);
        try {
            return new OpenAnswer(this, watchdog, client.executeOpen(host, wire, context));
        } catch (IOException | RuntimeException e) {
            watchdog.close();
            end();
            throw error(e, watchdog.hasBarked());
        }
    }

    /** Discards the connection, unless the answer was read to its end. */
    void end() {
        wire.cancel();
    }

    /**
     * Whether it met a connection that had been used before, brought no byte of an answer, and may go out once more on
     * another one.
     */
    boolean mayReconnect() {
        return isReset
                && WireExecutor.wasUnansweredOnReused(context)
                && request.isReplayable()
                && (request.isIdempotent() || !isSent);
    }

    /** What it means to the caller; a bug is thrown as it is. */
    BackendError error(Exception e, boolean deadlinePassed) {
        var fault = fault(e, deadlinePassed);
        isReset = fault.kind() == TransportFault.Kind.RESET;
        isSent = WireExecutor.wasSent(context) && !(e instanceof UnsentException);
        boolean unclear = isSent && !request.isIdempotent();
        return (unclear ? fault.withUnknownOutcome(request.method()) : fault).toError();
    }

    private TransportFault fault(Exception e, boolean deadlinePassed) {
        if (deadlinePassed) {
            return faults.deadline(e);
        }
        if (Thread.currentThread().isInterrupted()) {
            return faults.interrupted(e);
        }
        if (e instanceof TransportFault known) {
            return known;
        }
        if (e instanceof IllegalStateException) {
            return faults.closed(e);
        }
        if (e instanceof RuntimeException bug) {
            throw bug;
        }
        return faults.of(e);
    }
}
