package io.apikit.testkit.systems;

import static java.time.ZoneOffset.UTC;

import io.apikit.testkit.internal.FakeServer;
import io.apikit.testkit.internal.HtmlTemplate;
import io.apikit.testkit.internal.NamedCounters;
import io.apikit.testkit.internal.RecentEvents;
import io.javalin.config.JavalinConfig;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.BooleanSupplier;

/**
 * A fake of a course server that serves pictures, sounds, documents and pages without a login. It serves HTTP on
 * 127.0.0.1 and a free port.
 *
 * <ul>
 *   <li>{@code GET /NASA} returns one of the {@link NasaMedia} at random, with {@code X-Description}, {@code ETag},
 *       {@code Last-Modified} and {@code Content-Disposition: inline}. It supports ranges and conditional requests.
 *   <li>{@code GET /Slow-NASA} does the same, but needs a pause since the last request to it by any caller, failed
 *       requests included, or since the start. The pause is drawn for each request, from 4 to 6.5 s. If it was shorter,
 *       the response is a 503 in HTML, without {@code Retry-After}.
 * </ul>
 *
 * <p>Every response has the header {@code Date} twice.
 *
 * <p>Both support {@code HEAD}. Bodies are made while they are sent and never held in memory, whatever their size.
 *
 * <p>Thread-safe. What the builder alone sets is fixed; everything else can be changed while the server runs. Its
 * threads are daemon threads.
 */
public final class FakeNasa extends FakeServer {
    private static final String FAST = "/NASA";
    private static final String SLOW = "/Slow-NASA";
    private static final int MOST_INSTANTS = 10_000;

    private final Map<String, RecentEvents<Instant>> instants =
            Map.of(FAST, new RecentEvents<>(MOST_INSTANTS), SLOW, new RecentEvents<>(MOST_INSTANTS));
    private final NamedCounters served = new NamedCounters();
    private final Random random;
    private final MinimumPause slow;
    private volatile long bodyBytes;
    private volatile List<NasaMedia> media = List.of(NasaMedia.values());

    private FakeNasa(Builder builder) {
        super("fake-nasa", builder);
        random = builder.random;
        bodyBytes = builder.bodyBytes;
        slow = new MinimumPause(clock(), random, builder.gap);
        start(this::configure);
    }

    private void configure(JavalinConfig config) {
        route(config.routes, FAST, () -> true);
        route(config.routes, SLOW, slow::admits);
    }

    private void route(RoutesConfig routes, String path, BooleanSupplier admits) {
        Handler handler = ctx -> send(ctx, path, admits);
        routes.get(path, handler);
        routes.head(path, handler);
    }

    private void send(Context ctx, String path, BooleanSupplier admits) throws IOException {
        Optional.ofNullable(instants.get(path)).ifPresent(known -> known.add(clock().instant()));
        // The server itself adds the other one.
        ctx.res()
                .addHeader(
                        "Date",
                        DateTimeFormatter.RFC_1123_DATE_TIME.format(
                                clock().instant().atZone(UTC)));
        if (admits.getAsBoolean()) {
            served.add(path);
            draw().send(ctx);
        } else {
            HtmlTemplate.send(
                    ctx, 503, "Service Unavailable", "<p>The server is overloaded. Please try again later.</p>");
        }
    }

    private NasaResource draw() {
        List<NasaMedia> choice = media;
        return new NasaResource(choice.get(random.nextInt(choice.size())), bodyBytes);
    }

    /** Returns a builder of a server with small bodies. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Draws only from these from now on. Default: all.
     *
     * @throws IllegalArgumentException if there is none
     */
    public void only(NasaMedia... choice) {
        if (choice.length == 0) {
            throw new IllegalArgumentException("media: at least one");
        }
        media = Arrays.stream(choice).toList();
    }

    /**
     * Sets the length of bodies from now on. A body that is too short for its format is cut off. Default: 4 kB.
     *
     * @throws IllegalArgumentException if the length is negative
     */
    public void bodyBytes(long bytes) {
        bodyBytes = checked(bytes);
    }

    private static long checked(long bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("body: " + bytes + " bytes");
        }
        return bytes;
    }

    /**
     * Sets the least and the most pause that the slow route draws from now on. Default: 4 s and 6.5 s.
     *
     * @throws IllegalArgumentException if the least is negative or more than the most
     */
    public void slowGap(Duration least, Duration most) {
        slow.gap(new MinimumPause.Gap(least, most));
    }

    /** Returns the bytes that are served for this kind at the current length. They are not held in memory either. */
    public InputStream body(NasaMedia kind) {
        long length = bodyBytes;
        return new NasaResource(kind, length).bytes(new ByteRange(0, length));
    }

    /** Returns the {@code ETag} of this kind at the current length. */
    public String etag(NasaMedia kind) {
        return new NasaResource(kind, bodyBytes).etag();
    }

    /** Returns the number of requests to both routes, including refused ones. */
    public int hits() {
        return hits(FAST) + hits(SLOW);
    }

    /** Returns the number of requests to {@code "/NASA"} or {@code "/Slow-NASA"}, including refused ones. */
    public int hits(String path) {
        return count(path);
    }

    /** Returns when those requests arrived, by the clock. The last 10,000 are kept. Empty for any other path. */
    public List<Instant> hitInstants(String path) {
        return Optional.ofNullable(instants.get(path)).map(RecentEvents::all).orElse(List.of());
    }

    /** Returns the number of requests to this path that were not refused. */
    public int served(String path) {
        return served.of(path);
    }

    /** Collects the settings of a {@link FakeNasa}. Not thread-safe. */
    public static final class Builder extends FakeServer.Builder<Builder> {
        private static final long SMALL_BYTES = 4_096;

        private MinimumPause.Gap gap = new MinimumPause.Gap(Duration.ofSeconds(4), Duration.ofMillis(6_500));
        private Random random = new Random();
        private long bodyBytes = SMALL_BYTES;

        private Builder() {}

        /** Sets the source of media types and pauses. Default: a new one with a random seed. */
        public Builder random(Random source) {
            random = source;
            return this;
        }

        /**
         * Sets the length of bodies. Default: 4 kB.
         *
         * @throws IllegalArgumentException if the length is negative
         */
        public Builder bodyBytes(long bytes) {
            bodyBytes = checked(bytes);
            return this;
        }

        /**
         * Sets the least and the most pause that the slow route draws. Default: 4 s and 6.5 s.
         *
         * @throws IllegalArgumentException if the least is negative or more than the most
         */
        public Builder slowGap(Duration least, Duration most) {
            gap = new MinimumPause.Gap(least, most);
            return this;
        }

        /** Starts the server on a free port. */
        public FakeNasa start() {
            return new FakeNasa(this);
        }
    }
}
