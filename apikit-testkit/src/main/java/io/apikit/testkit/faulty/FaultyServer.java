package io.apikit.testkit.faulty;

import io.apikit.testkit.internal.ServerCertificate;
import io.apikit.testkit.tls.TlsLevel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * A server that violates HTTP, TLS and TCP as its scripts say, for tests of clients that have to survive that. It
 * listens on 127.0.0.1 and a free port. Each connection runs the next {@link Fault}; all connections after the last one
 * run the last one again.
 *
 * <pre>{@code
 * try (var server = FaultyServer.start(Fault.resetInBody(), Fault.response(200, "text/plain", "ok"))) {
 *     assertThat(client.get(server.url()).text()).isEqualTo("ok");    // the client has retried
 *     assertThat(server.connections()).isEqualTo(2);
 *     client.close();
 *     server.awaitClosedByClient(1);                                  // and leaks no connection
 * }
 * try (var server = FaultyServer.builder(Fault.stalledResponse()).tls(TlsLevel.EXPIRED).start()) {
 *     assertThatThrownBy(() -> client.trusting(server.caPem()).get(server.url()));
 *     assertThat(server.requests()).isEmpty();
 * }
 * }</pre>
 *
 * <p>Nothing in it depends on a clock. Its methods wait for at most 10 s, and then throw an
 * {@link IllegalStateException} with the counts so far. Thread-safe. It has two daemon threads for each connection. It
 * keeps the last 1,000 requests, with their secrets.
 */
public final class FaultyServer implements AutoCloseable {
    private static final int BACKLOG = 1_000;

    private final ConnectionMonitor monitor = new ConnectionMonitor();
    private final Set<FaultyConnection> open = ConcurrentHashMap.newKeySet();
    private final List<Fault> scripts;
    private final Optional<ServerCertificate> certificate;
    private final Optional<SSLSocketFactory> tls;
    private final ServerSocket listening;
    private final Thread accepting;
    private final String url;

    private FaultyServer(Builder builder, ServerSocket listening) {
        this.scripts = builder.scripts;
        this.certificate = ServerCertificate.of(builder.tls);
        this.tls = certificate.map(each -> each.context().getSocketFactory());
        this.listening = listening;
        this.url = (tls.isPresent() ? "https://" : "http://") + "127.0.0.1:" + listening.getLocalPort();
        this.accepting = start("accept", this::accept);
    }

    /** Starts a server of plain HTTP. */
    public static FaultyServer start(Fault... perConnection) {
        return builder(perConnection).start();
    }

    /**
     * Returns a builder of a server that runs these scripts.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Builder builder(Fault... perConnection) {
        return new Builder(List.of(perConnection));
    }

    private void accept() {
        try {
            while (true) {
                serve(listening.accept());
            }
        } catch (IOException ignored) {
            // close() has closed the socket.
        }
    }

    private void serve(Socket wire) throws IOException {
        FaultyConnection connection = new FaultyConnection(wire, tls.isPresent() ? secured(wire) : wire, monitor);
        open.add(connection);
        start("listen", connection::listen);
        start("play", () -> play(connection));
    }

    private Socket secured(Socket wire) throws IOException {
        SSLSocket socket = (SSLSocket) tls.orElseThrow().createSocket(wire, "127.0.0.1", wire.getPort(), true);
        socket.setUseClientMode(false);
        return socket;
    }

    private void play(FaultyConnection connection) {
        int position = Math.min(connection.number(), scripts.size()) - 1;
        try {
            connection.play(scripts.get(position)::play);
        } catch (IOException ignored) {
            // The connection is over: its socket could not be closed.
        } finally {
            open.remove(connection);
        }
    }

    private static Thread start(String task, Runnable work) {
        Thread thread = new Thread(work, "faulty-server-" + task);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    /** Returns the origin, such as {@code http://127.0.0.1:40125}, without a slash at the end. */
    public String url() {
        return url;
    }

    /** Returns the port that the server listens on. */
    public int port() {
        return listening.getLocalPort();
    }

    /**
     * Returns a PEM file with the server's own certificate. A client can trust it if it is self-signed.
     *
     * @throws IllegalStateException if the server speaks plain HTTP
     */
    public Path certificatePem() {
        return ServerCertificate.certificatePem(certificate);
    }

    /**
     * Returns a PEM file with the certificate of the authority that signed the server's certificate.
     *
     * @throws IllegalStateException if the server speaks plain HTTP, or its certificate is self-signed
     */
    public Path caPem() {
        return ServerCertificate.caPem(certificate);
    }

    /** Returns the number of connections accepted so far, including those without a request or a TLS handshake. */
    public int connections() {
        return monitor.accepted();
    }

    /** Returns the number of connections that neither side has closed. */
    public int openConnections() {
        return monitor.open();
    }

    /** Returns the number of connections that the client closed or reset before the end of the script. */
    public int closedByClient() {
        return monitor.closedByClient();
    }

    /** Returns the number of bytes that clients have sent, after decryption, whether a script has read them or not. */
    public long bytesReceived() {
        return monitor.bytes();
    }

    /** Returns the number of requests that were read. */
    public int requestCount() {
        return monitor.requestCount();
    }

    /** Returns the last 1,000 requests that were read, the oldest first, or fewer if they are more than 64 MiB. */
    public List<ReceivedRequest> requests() {
        return monitor.requests();
    }

    /**
     * Waits for the request of this number, and returns it. The first has the number 1.
     *
     * @throws IllegalStateException after 10 s, if the thread is interrupted, or if the request is no longer kept
     */
    public ReceivedRequest awaitRequest(int number) {
        monitor.await(number + " requests", () -> monitor.requestCount() >= number);
        return monitor.request(number);
    }

    /**
     * Waits until this number of connections stall at the same time.
     *
     * @throws IllegalStateException after 10 s, or if the thread is interrupted
     */
    public void awaitStalled(int connections) {
        monitor.await(connections + " stalled", () -> monitor.stalled() >= connections);
    }

    /**
     * Waits until clients have closed this number of connections since the start.
     *
     * @throws IllegalStateException after 10 s, or if the thread is interrupted
     */
    public void awaitClosedByClient(int connections) {
        monitor.await(connections + " closed by clients", () -> monitor.closedByClient() >= connections);
    }

    /**
     * Waits until at most this number of connections are open.
     *
     * @throws IllegalStateException after 10 s, or if the thread is interrupted
     */
    public void awaitOpen(int connections) {
        monitor.await(connections + " open", () -> monitor.open() <= connections);
    }

    /**
     * Releases the connections that stall now. One that stalls later is not released: call {@link #awaitStalled}
     * before.
     */
    public void release() {
        monitor.release();
    }

    /** Ends all connections, including those that stall, and stops listening. The counts can still be read. */
    @Override
    public void close() {
        try {
            listening.close();
            accepting.join(); // Until the port is free.
            for (FaultyConnection connection : open) {
                connection.abort();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("faulty server: cannot close " + url, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            certificate.ifPresent(ServerCertificate::close);
        }
    }

    /** Returns the origin and the counts. */
    @Override
    public String toString() {
        return "FaultyServer[" + url + ", " + monitor + "]";
    }

    /** Collects the settings of a {@link FaultyServer}. Not thread-safe; it starts one server. */
    public static final class Builder {
        private final List<Fault> scripts;
        private TlsLevel tls = TlsLevel.PLAIN;
        private Optional<ServerSocket> bound = Optional.empty();

        private Builder(List<Fault> scripts) {
            if (scripts.isEmpty()) {
                throw new IllegalArgumentException("a faulty server needs at least one fault");
            }
            this.scripts = scripts;
        }

        /** Sets whether the server speaks plain HTTP or HTTPS, and its certificate. Default: {@link TlsLevel#PLAIN}. */
        public Builder tls(TlsLevel level) {
            tls = level;
            return this;
        }

        /**
         * Sets a socket that listens already, for example on IPv6, or with TLS that demands client certificates. In the
         * latter case {@link FaultyServer#url} begins with {@code http} nevertheless. Default: a new one.
         */
        public Builder on(ServerSocket listening) {
            bound = Optional.of(listening);
            return this;
        }

        /** Starts the server. */
        public FaultyServer start() {
            return new FaultyServer(this, bound.orElseGet(Builder::bind));
        }

        private static ServerSocket bind() {
            try {
                return new ServerSocket(0, BACKLOG, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
            } catch (IOException e) {
                throw new UncheckedIOException("faulty server: cannot listen on 127.0.0.1", e);
            }
        }
    }
}
