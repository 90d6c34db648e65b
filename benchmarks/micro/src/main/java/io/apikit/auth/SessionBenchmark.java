package io.apikit.auth;

import io.apikit.bench.micro.Step;
import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import io.javalin.http.Context;
import java.util.Map;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * The session's own work for one request of a caller that is logged in, around a transport that answers at once: {@code
 * call} is the whole of it, found, signed, sent, judged; the others are parts of it, or a part more.
 *
 * <p>In the library's own package for what is package-private there, which works on a class path: nothing is a module,
 * and no jar is sealed.
 */
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init") // JMH calls prepare before anything else
public class SessionBenchmark extends Step {
    @Param({"BASIC", "TOKEN_LOGIN", "OAUTH2_PROXY"})
    String mode;

    @Param({"1", "10000"})
    int sessions;

    private Callers callers;
    private BackendRequest request;
    private Map<String, String> query;
    private BackendSession found;
    private int last;

    @Setup
    public void prepare() {
        callers = new Callers(BenchedMode.valueOf(mode), sessions);
        request = BackendRequest.get("/api").query("job", "nightly").query("metric", "coverage");
        query = Map.of("job", "nightly", "metric", "coverage");
        found = callers.backend().session(callers.request(0));
    }

    /** Callers take turns. */
    private Context next() {
        last = last + 1 == sessions ? 0 : last + 1;
        return callers.request(last);
    }

    /** A request at hand, for what the benchmark itself costs: some 20 ns. */
    @Benchmark
    public Context nothing() {
        return next();
    }

    /** From the request to the session. */
    @Benchmark
    public BackendSession find() {
        return callers.backend().session(next());
    }

    /** From the session to the answer. */
    @Benchmark
    public BackendResponse send() {
        return found.send(request);
    }

    /** Both. */
    @Benchmark
    public BackendResponse call() {
        return callers.backend().session(next()).send(request);
    }

    /** Both, and before them what a handler does: the request is made of a path and a query, and the answer read. */
    @Benchmark
    public String handler() {
        return callers.backend().session(next()).get("/api", query).orThrow().text();
    }

    @TearDown
    public void close() {
        callers.close();
    }
}
