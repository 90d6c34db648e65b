package io.apikit.testkit.internal;

import io.javalin.config.JavalinConfig;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Base class of the fakes: a server on 127.0.0.1 and a free port that counts the requests to each path. Thread-safe.
 * Its threads are daemon threads.
 */
public abstract class FakeServer implements AutoCloseable {
    private final NamedCounters paths = new NamedCounters();
    private final InstantSource clock;
    private final Optional<ServerCertificate> certificate;
    private final LoopbackServer server;

    /** Creates a server of plain HTTP with the system's clock. Its threads have this name. */
    protected FakeServer(String name) {
        this(name, InstantSource.system(), Optional.empty());
    }

    /** Creates a server of plain HTTP. Its threads have this name. */
    protected FakeServer(String name, Builder<?> builder) {
        this(name, builder, Optional.empty());
    }

    /** Creates a server that serves HTTPS if there is a certificate. Its threads have this name. */
    protected FakeServer(String name, Builder<?> builder, Optional<ServerCertificate> certificate) {
        this(name, builder.clock, certificate);
    }

    private FakeServer(String name, InstantSource clock, Optional<ServerCertificate> certificate) {
        this.clock = clock;
        this.certificate = certificate;
        this.server = new LoopbackServer(name, certificate.map(ServerCertificate::tls));
    }

    /** Starts the server. A subclass calls this once, when all that its routes use has been set. */
    protected final void start(Consumer<JavalinConfig> routes) {
        server.start(config -> {
            config.routes.before(ctx -> paths.add(ctx.path()));
            routes.accept(config);
        });
    }

    /** Runs the task on a thread of the server, or on the caller's thread if the server is stopping. */
    protected final void execute(Runnable task) {
        server.execute(task);
    }

    /** Returns the origin, such as {@code http://127.0.0.1:40124}, without a slash at the end. */
    public String url() {
        return server.url();
    }

    /** Returns the number of requests to this path, such as {@code "/ping"}, whatever their responses were. */
    public int count(String path) {
        return paths.of(path);
    }

    /** Returns the number of requests to all paths. */
    protected final int countAll() {
        return paths.total();
    }

    /** Returns the number of TCP connections opened so far, including those whose TLS handshake failed. */
    public int connections() {
        return server.connections();
    }

    /** Closes all connections and refuses others from now on, as a server that is down, until {@link #up}. */
    public void down() {
        server.refuse();
    }

    /**
     * Listens again at the same port, after {@link #down}.
     *
     * @throws IllegalStateException if another process has taken the port meanwhile
     */
    public void up() {
        server.listen();
    }

    /** Returns the clock that the builder was given. */
    protected final InstantSource clock() {
        return clock;
    }

    /** Returns the certificate of the server; empty for plain HTTP. */
    protected final Optional<ServerCertificate> certificate() {
        return certificate;
    }

    /** Stops the server, and deletes the files of its certificate. */
    @Override
    public void close() {
        server.close();
        certificate.ifPresent(ServerCertificate::close);
    }

    /**
     * Collects the settings that most fakes have.
     *
     * @param <B> the builder of the fake itself, which every setter returns
     */
    public abstract static class Builder<B extends Builder<B>> {
        private InstantSource clock = InstantSource.system();

        /** Creates a builder with the default settings. */
        protected Builder() {}

        /** Sets the clock for all that has a time, except certificates. Default: the system's clock. */
        public B clock(InstantSource source) {
            clock = source;
            return self();
        }

        /** Returns the clock that was set. */
        protected final InstantSource clock() {
            return clock;
        }

        /** Returns this builder as its own type. */
        @SuppressWarnings("unchecked") // B is the class of this by the bound of the type parameter.
        protected final B self() {
            return (B) this;
        }
    }
}
