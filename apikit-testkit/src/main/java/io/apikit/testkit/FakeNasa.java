package io.apikit.testkit;

import io.javalin.config.JavalinConfig;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.BooleanSupplier;

/**
 * A course server that serves pictures, sounds, documents and pages: real HTTP on 127.0.0.1 and a free port. It needs no
 * login.
 *
 * <p>{@code GET /NASA} answers with one of the {@link NasaMedia} at random, with {@code X-Description}, {@code ETag},
 * {@code Last-Modified} and {@code Content-Disposition: inline}; ranges and conditional requests are honoured. {@code GET
 * /Slow-NASA} does the same, but is answered 503 in HTML, without {@code Retry-After}, if less than 4 to 6.5 s (drawn
 * each time) have passed since its last access by anyone, failed ones included. Both know {@code HEAD}.
 *
 * <p>Bodies are made while they are sent, and never held, whatever their size.
 *
 * <p>Thread-safe; what is not in the builder can be changed while it runs. Its threads are daemons.
 */
public final class FakeNasa implements AutoCloseable {
    private static final String FAST = "/NASA";
    private static final String SLOW = "/Slow-NASA";
    private static final int MOST_INSTANTS = 10_000;

    private final Map<String, Recent<Instant>> instants =
            Map.of(FAST, new Recent<>(MOST_INSTANTS), SLOW, new Recent<>(MOST_INSTANTS));
    private final Counters hits = new Counters();
    private final Counters served = new Counters();
    private final InstantSource clock;
    private final Random random;
    private final SlowRoute slow;
    private final LoopbackServer server;
    private volatile long bodyBytes;
    private volatile List<NasaMedia> media = List.of(NasaMedia.values());

    private FakeNasa(Builder builder) {
        clock = builder.clock;
        random = builder.random;
        bodyBytes = builder.bodyBytes;
        slow = new SlowRoute(clock, random, builder.gap);
        server = LoopbackServer.start("fake-nasa", this::configure);
    }

    private void configure(JavalinConfig config) {
        route(config.routes, FAST, () -> true);
        route(config.routes, SLOW, slow::admits);
    }

    private void route(RoutesConfig routes, String path, BooleanSupplier admits) {
        Handler handler = ctx -> answer(ctx, path, admits);
        routes.get(path, handler);
        routes.head(path, handler);
    }

    private void answer(Context ctx, String path, BooleanSupplier admits) throws IOException {
        hits.add(path);
        Optional.ofNullable(instants.get(path)).ifPresent(known -> known.add(clock.instant()));
        if (admits.getAsBoolean()) {
            served.add(path);
            draw().send(ctx);
        } else {
            Html.answer(ctx, 503, "Service Unavailable", "<p>The server is overloaded. Please try again later.</p>");
        }
    }

    private NasaPicture draw() {
        List<NasaMedia> choice = media;
        return new NasaPicture(choice.get(random.nextInt(choice.size())), bodyBytes);
    }

    /** A builder of a server of small bodies. */
    public static Builder builder() {
        return new Builder();
    }

    /** Its origin, such as {@code http://127.0.0.1:40124}, without a slash at the end. */
    public String url() {
        return server.url();
    }

    /** From now on only these are drawn. Default: all. */
    public void only(NasaMedia... choice) {
        if (choice.length == 0) {
            throw new IllegalArgumentException("media: at least one");
        }
        media = Arrays.stream(choice).toList();
    }

    /** How long bodies are from now on; of a size that is too small for the format, its beginning. Default 4 kB. */
    public void bodyBytes(long bytes) {
        bodyBytes = checked(bytes);
    }

    private static long checked(long bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("body: " + bytes + " bytes");
        }
        return bytes;
    }

    /** How long the slow route has to rest from now on: drawn between these. Default 4 s to 6.5 s. */
    public void slowGap(Duration least, Duration most) {
        slow.gap(new SlowRoute.Gap(least, most));
    }

    /** The very bytes that are served of this kind, at the size of now, to compare with. Never held either. */
    public InputStream body(NasaMedia kind) {
        long length = bodyBytes;
        return new NasaPicture(kind, length).bytes(new ByteRange(0, length));
    }

    /** Its {@code ETag}, at the size of now. */
    public String etag(NasaMedia kind) {
        return new NasaPicture(kind, bodyBytes).etag();
    }

    /** Requests to both routes, refused ones included. */
    public int hits() {
        return hits.total();
    }

    /** As {@link #hits()}, of {@code "/NASA"} or {@code "/Slow-NASA"}. */
    public int hits(String path) {
        return hits.of(path);
    }

    /** When they came, by the clock; the last 10,000 are kept. Empty for any other path. */
    public List<Instant> hitInstants(String path) {
        return Optional.ofNullable(instants.get(path)).map(Recent::all).orElse(List.of());
    }

    /** Requests of this path that were not refused. */
    public int served(String path) {
        return served.of(path);
    }

    /** Stops the server. */
    @Override
    public void close() {
        server.close();
    }

    /** Collects the settings of a {@link FakeNasa}. Not thread-safe. */
    public static final class Builder {
        private static final long SMALL_BYTES = 4_096;

        private SlowRoute.Gap gap = new SlowRoute.Gap(Duration.ofSeconds(4), Duration.ofMillis(6_500));
        private InstantSource clock = InstantSource.system();
        private Random random = new Random();
        private long bodyBytes = SMALL_BYTES;

        private Builder() {}

        /** The clock of the slow route. Default the system's. */
        public Builder clock(InstantSource source) {
            clock = source;
            return this;
        }

        /** What media types and gaps are drawn from. Default: another one each time. */
        public Builder random(Random source) {
            random = source;
            return this;
        }

        /** How long bodies are. Default 4 kB. */
        public Builder bodyBytes(long bytes) {
            bodyBytes = checked(bytes);
            return this;
        }

        /** How long the slow route has to rest: drawn between these. Default 4 s to 6.5 s. */
        public Builder slowGap(Duration least, Duration most) {
            gap = new SlowRoute.Gap(least, most);
            return this;
        }

        /** Starts it on a free port. */
        public FakeNasa start() {
            return new FakeNasa(this);
        }
    }
}
