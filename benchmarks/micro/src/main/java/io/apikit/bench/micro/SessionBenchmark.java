package io.apikit.bench.micro;

import io.apikit.auth.BackendSession;
import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import io.apikit.http.Deadline;
import io.apikit.http.HttpOptions;
import io.apikit.http.RetryPolicy;
import io.apikit.http.Timing;
import io.apikit.http.internal.client.HttpTransport;
import io.javalin.http.Context;
import java.time.Duration;
import java.util.Map;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * One request of a caller that is logged in, to a server on a loopback port that responds at once: {@code call} is all
 * of it, finding the session, signing, sending and judging. The others are parts of it, except {@code handler}. The
 * session's own work is {@code call} without {@code exchange}.
 */
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init") // JMH calls prepare before anything else
public class SessionBenchmark extends Step {
    private static final Duration TOTAL_TIMEOUT = HttpOptions.defaults().totalTimeout();

    @Param({"BASIC", "TOKEN_LOGIN", "OAUTH2_PROXY"})
    String mode;

    @Param({"1", "10000"})
    int sessions;

    private LoggedInCallers callers;
    private BackendRequest request;
    private Map<String, String> query;
    private BackendSession found;
    private HttpTransport client;
    private int last;

    @Setup
    public void prepare() {
        callers = new LoggedInCallers(MeasuredMode.valueOf(mode), sessions);
        request = BackendRequest.get("/api").query("job", "nightly").query("metric", "coverage");
        query = Map.of("job", "nightly", "metric", "coverage");
        found = callers.backend().session(callers.request(0));
        client = HttpTransport.to(callers.url(), HttpOptions.defaults(), RetryPolicy.standard());
    }

    /** Callers take turns. */
    private Context next() {
        last = last + 1 == sessions ? 0 : last + 1;
        return callers.request(last);
    }

    /** The benchmark's own cost: some 20 ns. */
    @Benchmark
    public Context baseline() {
        return next();
    }

    /** From the request to the session. */
    @Benchmark
    public BackendSession find() {
        return callers.backend().session(next());
    }

    /** The HTTP exchange alone, without a session. */
    @Benchmark
    public BackendResponse exchange() {
        return client.send(request.deadline(Deadline.after(TOTAL_TIMEOUT, Timing.system())));
    }

    /** From the session to the response. */
    @Benchmark
    public BackendResponse send() {
        return found.send(request);
    }

    /** Finds the session and sends. */
    @Benchmark
    public BackendResponse call() {
        return callers.backend().session(next()).send(request);
    }

    /** The work of a handler: a request is made of a path and a query, sent, and its response read. */
    @Benchmark
    public String handler() {
        return callers.backend().session(next()).get("/api", query).orThrow().text();
    }

    @TearDown
    public void close() {
        client.close();
        callers.close();
    }
}
