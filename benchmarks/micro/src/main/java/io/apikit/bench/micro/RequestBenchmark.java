package io.apikit.bench.micro;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.apikit.internal.caller.CallerKey;
import io.apikit.internal.limits.Rate;
import io.apikit.internal.limits.RateLimiter;
import io.apikit.internal.metrics.AccessLogWriter;
import io.apikit.internal.metrics.RequestMetrics;
import io.apikit.internal.metrics.ServedRequest;
import io.apikit.ops.AccessLog;
import io.apikit.ops.RequestId;
import io.apikit.ops.TraceContext;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.eclipse.jetty.server.Request;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.Blackhole;
import org.slf4j.LoggerFactory;

/**
 * The work for each request in addition to its handler: its id, its caller's key, its line in the log, its timer, its
 * limit, its trace. The request is a real one.
 */
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init") // JMH calls prepare before anything else
public class RequestBenchmark extends Step {
    private static final String TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    private final List<String> noId = List.of();
    private final List<String> goodId = List.of("7d6f1c1c-6f0e-4bb5-9d43-0f6c3b0a1a2b");
    private final List<String> longId = List.of("a".repeat(8 * 1024));
    private final AccessLogWriter log = new AccessLogWriter();
    private final RequestMetrics timers = new RequestMetrics(new PrometheusMeterRegistry(PrometheusConfig.DEFAULT));
    private final RateLimiter limiter = limiter(Optional.empty(), 100_000, Duration.ofNanos(20_000), false);
    private final RateLimiter both = limiter(
            Optional.of(new Rate("caller", 1_000_000, Duration.ofNanos(1_000), true)),
            1_000_000,
            Duration.ofNanos(1_000),
            true);
    private HeldRequest held;
    private HeldRequest traced;
    private Request request;
    private ServedRequest served;

    private static RateLimiter limiter(Optional<Rate> perCaller, int burst, Duration refill, boolean isNamed) {
        return new RateLimiter(Optional.of(new Rate("peer", burst, refill, isNamed)), perCaller, System::nanoTime);
    }

    @Setup
    public void prepare(Blackhole blackhole) {
        held = HeldRequest.begin();
        traced = HeldRequest.begin("traceparent: " + TRACE, "tracestate: vendor=00f067aa0ba902b7");
        request = held.request();
        served = new ServedRequest(
                request, "id", Optional.of("/{jobname}/{metric}"), 200, Duration.ofNanos(123_456), 57, true);
        write(Level.INFO, blackhole);
        require(TraceContext.of(traced.request()).isPresent(), "a trace");
        require(limiter.admit(request).isGranted() && both.admit(request).isGranted(), "an admission");
        require(RequestId.acceptOrGenerate(goodId).equals(goodId.get(0)), "a good id taken");
        require(!RequestId.acceptOrGenerate(longId).equals(longId.get(0)), "a long id replaced");
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new IllegalStateException("there is not " + what);
        }
    }

    /** Lines are formatted and not written. */
    private static void write(Level level, Blackhole blackhole) {
        var logger = (Logger) LoggerFactory.getLogger(AccessLog.LOGGER);
        var appender = new AppenderBase<ILoggingEvent>() {
            @Override
            protected void append(ILoggingEvent event) {
                blackhole.consume(event.getFormattedMessage());
            }
        };
        appender.start();
        logger.setAdditive(false);
        logger.detachAndStopAllAppenders();
        logger.addAppender(appender);
        logger.setLevel(level);
    }

    @Benchmark
    public String idMade() {
        return RequestId.acceptOrGenerate(noId);
    }

    @Benchmark
    public String idTaken() {
        return RequestId.acceptOrGenerate(goodId);
    }

    @Benchmark
    public String idHostile() {
        return RequestId.acceptOrGenerate(longId);
    }

    /** For a request whose key is not known yet. */
    @Benchmark
    public CallerKey callerKey() {
        request.removeAttribute(CallerKey.class.getName());
        return CallerKey.of(request);
    }

    /** Includes the caller's key. */
    @Benchmark
    public void accessLine() {
        request.removeAttribute(CallerKey.class.getName());
        log.served(served);
    }

    @Benchmark
    public void accessLineOff(Silent silent) {
        log.served(served);
    }

    @Benchmark
    public void timer() {
        timers.served(served);
    }

    /** The default: by address, which is known already. */
    @Benchmark
    public RateLimiter.Admission limit() {
        return limiter.admit(request);
    }

    /** By address and by caller, whose key is known already. */
    @Benchmark
    public RateLimiter.Admission limitBoth() {
        return both.admit(request);
    }

    @Benchmark
    public Optional<TraceContext> trace() {
        return TraceContext.of(traced.request());
    }

    @Benchmark
    public Optional<TraceContext> traceNone() {
        return TraceContext.of(request);
    }

    @TearDown
    public void close() {
        held.close();
        traced.close();
    }

    /** The log is off. */
    @State(Scope.Thread)
    public static class Silent {
        /** Runs after the other state's setup, since that state is its parameter. */
        @Setup
        public void prepare(RequestBenchmark before, Blackhole blackhole) {
            write(Level.OFF, blackhole);
        }
    }
}
