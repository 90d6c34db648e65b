package io.apikit.http.internal.client;

import io.apikit.BackendError;
import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import io.apikit.http.internal.resilience.TransportFailure;
import io.apikit.http.internal.resilience.TransportFailures;
import io.apikit.http.internal.url.Origin;
import java.io.IOException;
import java.net.URI;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpHost;
import org.jspecify.annotations.Nullable;

/** One request to one origin, and its response. Used once. Whatever ends it, its connection is given back. */
final class HttpExchange {
    private final ApacheClient client;
    private final Route route;
    private final BackendRequest request;
    private final HttpUriRequestBase message;
    private final ExchangeTimer timer;
    private final ExchangeContext context;
    private boolean isReset;
    private boolean isSent;

    HttpExchange(ApacheClient client, Route route, BackendRequest request) {
        this.client = client;
        this.route = route;
        this.request = request;
        this.message = ApacheMessages.request(route.uri(), route.prefix(), request);
        this.timer = ExchangeTimer.until(
                request.deadline().orElseThrow(), client.options().responseTimeout(), message::cancel);
        this.context = new ExchangeContext(timer);
    }

    /** Where requests go to. The prefix is a path that ends in no slash. */
    record Route(Origin origin, String prefix, URI uri, HttpHost host, TransportFailures failures) {
        Route(Origin origin, String prefix) {
            this(
                    origin,
                    prefix,
                    URI.create(origin.toString()),
                    new HttpHost(origin.scheme(), origin.bareHost(), origin.port()),
                    new TransportFailures(origin));
        }
    }

    /** Sends the request and reads the whole response. */
    BackendResponse run() {
        try {
            return whole(client.client().executeOpen(route.host(), message, context));
        } catch (TransportFailure | IOException | RuntimeException e) {
            throw error(e);
        } finally {
            end();
        }
    }

    private BackendResponse whole(ClassicHttpResponse message) throws IOException, TransportFailure {
        var response = ApacheMessages.response(
                message, route.failures(), client.options().bodyLimitBytes());
        message.close(); // Only here: it would read the rest of a body that was found too large.
        if (timer.hasExpired()) {
            // A connection that the timer closed can look like the regular end of a body without a length.
            throw outOfTime(null);
        }
        return response;
    }

    /** Sends the request and reads the head of the response, as it came. The caller closes the response. */
    OpenResponse open() {
        try {
            return new OpenResponse(this, timer, client.client().executeOpen(route.host(), message, context));
        } catch (IOException | RuntimeException e) {
            end();
            throw error(e);
        }
    }

    /** Discards the connection, unless the response was read to its end. */
    void end() {
        timer.close();
        message.cancel();
    }

    /**
     * Returns whether the request may be sent once more, on another connection: this one had been used before, and
     * brought no byte of a response.
     */
    boolean mayReconnect() {
        return isReset
                && context.hadNoResponseOnReused()
                && request.isReplayable()
                && (request.isIdempotent() || !isSent);
    }

    /** Returns the error that an exception means to the caller. A bug is thrown as it is. */
    BackendError error(Exception e) {
        var failure = failure(e);
        isReset = failure.kind() == TransportFailure.Kind.RESET;
        isSent = context.wasSent() && !(e instanceof ApacheFailures.UnsentException);
        boolean unclear = isSent && !request.isIdempotent();
        return (unclear ? failure.withUnknownOutcome(request.method()) : failure).toError();
    }

    private TransportFailure outOfTime(@Nullable Exception e) {
        return timer.reason() == ExchangeTimer.Reason.SILENCE
                ? route.failures().noResponse(e)
                : route.failures().deadline(e);
    }

    private TransportFailure failure(Exception e) {
        if (timer.hasExpired()) {
            return outOfTime(e);
        }
        if (Thread.currentThread().isInterrupted()) {
            return route.failures().interrupted(e);
        }
        if (e instanceof TransportFailure known) {
            return known;
        }
        if (e instanceof IllegalStateException) {
            return route.failures().clientClosed(e);
        }
        if (e instanceof RuntimeException bug) {
            throw bug;
        }
        return ApacheFailures.of(e, route.failures());
    }
}
