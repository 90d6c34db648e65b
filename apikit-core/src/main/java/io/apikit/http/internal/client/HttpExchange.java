package io.apikit.http.internal.client;

import io.apikit.BackendError;
import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import io.apikit.http.internal.client.ApacheMessages.RequestEntity;
import io.apikit.http.internal.resilience.ConnectionDemand;
import io.apikit.http.internal.resilience.TransportFailure;
import io.apikit.http.internal.resilience.TransportFailure.Kind;
import io.apikit.http.internal.resilience.TransportFailures;
import io.apikit.http.internal.url.Origin;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.jspecify.annotations.Nullable;

/** One request to one origin, and its response. Used once. Whatever ends it, its connection is given back. */
final class HttpExchange {
    private static final String EXPECT = "Expect";

    private final ApacheClient client;
    private final Route route;
    private final BackendRequest request;
    private final HttpUriRequestBase message;
    private final ExchangeTimer timer;
    private final ExchangeContext context;
    private boolean isClosed;
    private boolean isUnsent;

    HttpExchange(ApacheClient client, Route route, BackendRequest request, ConnectionDemand demand) {
        this.client = client;
        this.route = route;
        this.request = request;
        this.message = ApacheMessages.request(route.uri(), route.prefix(), request);
        this.timer = ExchangeTimer.until(request.deadline().orElseThrow(), longestSilence(), message::cancel);
        this.context = new ExchangeContext(client.pool(), route.way(), demand, timer, question());
        if (context.question() != null) {
            message.addHeader(EXPECT, "100-continue");
        }
    }

    private Duration longestSilence() {
        return request.idleTimeout().orElse(client.options().responseTimeout());
    }

    private ContinueExpectation.@Nullable Question question() {
        var isLong = request.body().filter(ApacheMessages::isLong).isPresent();
        return isLong ? route.expectation().ask() : null;
    }

    /** Where requests go to. The prefix is a path that ends in no slash. */
    record Route(
            Origin origin,
            String prefix,
            URI uri,
            ConnectionRoute way,
            TransportFailures failures,
            ContinueExpectation expectation) {
        Route(Origin origin, String prefix, ConnectionRoute way, TransportFailures failures) {
            this(
                    origin,
                    prefix,
                    URI.create(origin.toString()),
                    way,
                    failures,
                    new ContinueExpectation(System::nanoTime));
        }
    }

    /** Sends the request and reads the whole response. */
    BackendResponse run() {
        try {
            return whole(execute());
        } catch (TransportFailure | IOException | RuntimeException e) {
            throw error(e);
        } finally {
            end();
        }
    }

    private BackendResponse whole(ClassicHttpResponse message) throws IOException, TransportFailure {
        if (request.idleTimeout().isPresent() && message.getEntity() != null) {
            message.setEntity(new TimedEntity(message.getEntity(), timer));
        }
        var response = ApacheMessages.response(
                message, route.failures(), client.options().bodyLimitBytes());
        message.close(); // Only here: it would read the rest of a body that was found too large.
        if (timer.hasExpired()) {
            // A connection that the timer closed can look like the regular end of a body without a length.
            throw outOfTime(null);
        }
        return response;
    }

    private ClassicHttpResponse execute() throws IOException {
        var response = client.client().executeOpen(route.way().host(), message, context);
        return isExpectationRefused(response) ? withoutExpectation(response) : response;
    }

    /** A server may refuse the question, and would take the body (RFC 9110, section 15.5.18). */
    private boolean isExpectationRefused(ClassicHttpResponse response) {
        return response.getCode() == 417
                && message.containsHeader(EXPECT)
                && message.getEntity() instanceof RequestEntity entity
                && entity.isSendable();
    }

    private ClassicHttpResponse withoutExpectation(ClassicHttpResponse refusal) throws IOException {
        refusal.close();
        message.removeHeaders(EXPECT);
        return client.client().executeOpen(route.way().host(), message, context);
    }

    /** Sends the request and reads the head of the response, as it came. The caller closes the response. */
    OpenResponse open() {
        try {
            return new OpenResponse(this, timer, execute());
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

    /** Returns whether the kept connection was found closed before a byte of the request was sent on it. */
    boolean isUnsent() {
        return isUnsent;
    }

    /** Returns whether the request was sent on a kept connection, and may be sent again since that was closed. */
    boolean mayRepeat() {
        return isClosed && request.isReplayable() && request.isIdempotent();
    }

    /** Returns the error that an exception means to the caller. A bug is thrown as it is. */
    BackendError error(Exception e) {
        var failure = closedOrOther(failure(e));
        isUnsent = e instanceof ApacheFailures.UnsentException;
        boolean unclear = context.wasSent() && !isUnsent && !request.isRepeatableAfterTimeout();
        return (unclear ? failure.withUnknownOutcome(request.method()) : failure).toError();
    }

    private TransportFailure closedOrOther(TransportFailure failure) {
        isClosed = failure.kind() == Kind.RESET && context.hadNoResponseOnKept();
        if (!isClosed) {
            return failure;
        }
        context.noteClosed();
        return failure.as(Kind.STALE);
    }

    private TransportFailure outOfTime(@Nullable Exception e) {
        if (timer.reason() != ExchangeTimer.Reason.SILENCE) {
            return route.failures().deadline(e);
        }
        return longestSilence().compareTo(client.options().responseTimeout()) < 0
                ? route.failures().idle(longestSilence(), e)
                : route.failures().noResponse(e);
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
