package io.apikit.http.internal.client;

import io.apikit.BackendError;
import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import io.apikit.http.Deadline;
import io.apikit.http.internal.resilience.TransportFailure;
import io.apikit.http.internal.resilience.TransportFailures;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.core5.http.HttpHost;
import org.jspecify.annotations.Nullable;

/** One request on its way to one origin and back; used once. Whatever ends it, its connection is given back. */
final class HttpExchange {
    private final CloseableHttpClient client;
    private final TransportFailures faults;
    private final BackendRequest request;
    private final HttpUriRequestBase wire;
    private final ExchangeTimer watchdog;
    private final ExchangeContext context;
    private boolean isReset;
    private boolean isSent;

    /** @param silence how long the backend may keep silent once the request is sent */
    HttpExchange(
            CloseableHttpClient client,
            TransportFailures faults,
            URI origin,
            String prefix,
            BackendRequest request,
            Deadline deadline,
            Duration silence) {
        this.client = client;
        this.faults = faults;
        this.request = request;
        this.wire = ApacheMessages.request(origin, prefix, request);
        this.watchdog = ExchangeTimer.until(deadline, silence, wire::cancel);
        this.context = new ExchangeContext(watchdog);
    }

    /** Sends the request and reads the whole answer. */
    BackendResponse run(HttpHost host, long bodyLimitBytes) {
        try {
            return whole(answer(host, bodyLimitBytes));
        } catch (TransportFailure | IOException | RuntimeException e) {
            throw error(e);
        } finally {
            end();
        }
    }

    private BackendResponse answer(HttpHost host, long bodyLimitBytes) throws IOException, TransportFailure {
        var answer = client.executeOpen(host, wire, context);
        var response = ApacheMessages.response(answer, faults, bodyLimitBytes);
        answer.close(); // Only here: it would read the rest of a body that was found too large.
        return response;
    }

    /** A connection that the watchdog closed can look like the regular end of a body that has no length. */
    private BackendResponse whole(BackendResponse response) throws TransportFailure {
        if (watchdog.hasBarked()) {
            throw outOfTime(null);
        }
        return response;
    }

    /** Sends the request and reads the head of the answer, as it came; whoever asked closes it. */
    OpenResponse open(HttpHost host, RequestConfig undecoded) {
        wire.setConfig(undecoded);
        try {
            return new OpenResponse(this, watchdog, client.executeOpen(host, wire, context));
        } catch (IOException | RuntimeException e) {
            end();
            throw error(e);
        }
    }

    /** Discards the connection, unless the answer was read to its end. */
    void end() {
        watchdog.close();
        wire.cancel();
    }

    /**
     * Whether it met a connection that had been used before, brought no byte of an answer, and may go out once more on
     * another one.
     */
    boolean mayReconnect() {
        return isReset
                && context.wasUnansweredOnReused()
                && request.isReplayable()
                && (request.isIdempotent() || !isSent);
    }

    /** What it means to the caller; a bug is thrown as it is. */
    BackendError error(Exception e) {
        var fault = fault(e);
        isReset = fault.kind() == TransportFailure.Kind.RESET;
        isSent = context.wasSent() && !(e instanceof ApacheFailures.UnsentException);
        boolean unclear = isSent && !request.isIdempotent();
        return (unclear ? fault.withUnknownOutcome(request.method()) : fault).toError();
    }

    private TransportFailure outOfTime(@Nullable Exception e) {
        return watchdog.reason() == ExchangeTimer.Reason.SILENCE ? faults.silent(e) : faults.deadline(e);
    }

    private TransportFailure fault(Exception e) {
        if (watchdog.hasBarked()) {
            return outOfTime(e);
        }
        if (Thread.currentThread().isInterrupted()) {
            return faults.interrupted(e);
        }
        if (e instanceof TransportFailure known) {
            return known;
        }
        if (e instanceof IllegalStateException) {
            return faults.closed(e);
        }
        if (e instanceof RuntimeException bug) {
            throw bug;
        }
        return ApacheFailures.of(e, faults);
    }
}
