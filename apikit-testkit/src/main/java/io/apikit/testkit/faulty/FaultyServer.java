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
 * A server that breaks HTTP, TLS and TCP as its scripts say: for tests of whoever has to survive that. It listens on
 * 127.0.0.1 and a free port. Each connection, in the order of their coming, takes the next {@link Fault}; the last one is
 * everybody's from there on.
 *
 * <pre>{@code
 * try (var server = FaultyServer.start(Fault.resetInBody(), Fault.answer(200, "text/plain", "ok"))) {
 *     assertThat(client.get(server.url()).text()).isEqualTo("ok");    // it tried again
 *     assertThat(server.connections()).isEqualTo(2);
 *     client.close();
 *     server.awaitClosedByClient(1);                                  // and leaks nothing
 * }
 * try (var server = FaultyServer.builder(Fault.stalledAnswer()).tls(TlsLevel.EXPIRED).start()) {
 *     assertThatThrownBy(() -> client.trusting(server.caPem()).get(server.url()));
 *     assertThat(server.requests()).isEmpty();
 * }
 * }</pre>
 *
 * <p>Nothing in it depends on a clock. What is awaited is so for 10 s at most, then an {@link IllegalStateException} says
 * what happened instead. Thread-safe; two daemon threads a connection. It keeps the last 1,000 requests, with their
 * secrets.
 */
public final class FaultyServer implements AutoCloseable {
    private static final int BACKLOG = 1_000;

    private final ConnectionMonitor traffic = new ConnectionMonitor();
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

    /** A server of plain HTTP. */
    public static FaultyServer start(Fault... perConnection) {
        return builder(perConnection).start();
    }

    /**
     * A builder whose server plays these scripts.
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
        } catch (IOException closing) {
            // By close(), and nobody else.
        }
    }

    private void serve(Socket wire) throws IOException {
        FaultyConnection connection = new FaultyConnection(wire, tls.isPresent() ? secured(wire) : wire, traffic);
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
        } catch (IOException gone) {
            // It could not be closed twice.
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

    /** Its origin, such as {@code http://127.0.0.1:40125}, without a slash at the end. */
    public String url() {
        return url;
    }

    /** The port it listens on. */
    public int port() {
        return listening.getLocalPort();
    }

    /**
     * The server's own certificate, in PEM. It can be trusted where it is self-signed.
     *
     * @throws IllegalStateException if it speaks plain HTTP
     */
    public Path certificatePem() {
        return ServerCertificate.certificatePem(certificate);
    }

    /**
     * The certificate of who signed the server's, in PEM.
     *
     * @throws IllegalStateException if it speaks plain HTTP or is self-signed
     */
    public Path caPem() {
        return ServerCertificate.caPem(certificate);
    }

    /** Connections accepted so far, those without a request or a TLS handshake too. */
    public int connections() {
        return traffic.accepted();
    }

    /** Connections that neither side has closed. */
    public int openConnections() {
        return traffic.open();
    }

    /** Connections that the client closed or reset, also in a handshake, while the script was not over. */
    public int closedByClient() {
        return traffic.closedByClient();
    }

    /** Bytes that clients have sent, once decrypted, read by a script or not. */
    public long bytesReceived() {
        return traffic.bytes();
    }

    /** How many requests were read. */
    public int requestCount() {
        return traffic.requestCount();
    }

    /** The last 1,000 requests read, oldest first; of the large ones as many as 64 MiB hold. */
    public List<ReceivedRequest> requests() {
        return traffic.requests();
    }

    /** Waits for the so-manieth request, counted from 1, and gives it; it must not be forgotten yet. */
    public ReceivedRequest awaitRequest(int number) {
        traffic.await(number + " requests", () -> traffic.requestCount() >= number);
        return traffic.request(number);
    }

    /** Waits until so many connections stall at the same time. */
    public void awaitStalled(int connections) {
        traffic.await(connections + " stalled", () -> traffic.stalled() >= connections);
    }

    /** Waits until clients have closed so many connections, since the start. */
    public void awaitClosedByClient(int connections) {
        traffic.await(connections + " closed by clients", () -> traffic.closedByClient() >= connections);
    }

    /** Waits until so many connections, or fewer, are open. */
    public void awaitOpen(int connections) {
        traffic.await(connections + " open", () -> traffic.open() <= connections);
    }

    /** Lets all go on that stall now ({@link #awaitStalled} before); who stalls later stalls again. */
    public void release() {
        traffic.release();
    }

    /** Ends all connections, stalled ones too, and listens no more. What was counted can still be asked for. */
    @Override
    public void close() {
        try {
            listening.close();
            accepting.join(); // Until it has let go of the port.
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

    @Override
    public String toString() {
        return "FaultyServer[" + url + ", " + traffic + "]";
    }

    /** Collects the settings of a {@link FaultyServer}. Not thread-safe; good for one start. */
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

        /** What it speaks, and what is wrong with its certificate. Default {@link TlsLevel#PLAIN}. */
        public Builder tls(TlsLevel level) {
            tls = level;
            return this;
        }

        /**
         * A socket that listens already, for what is not foreseen here: IPv6, or a TLS that wants certificates of its
         * clients (then {@link FaultyServer#url} begins with {@code http} all the same). Default a new one.
         */
        public Builder on(ServerSocket listening) {
            bound = Optional.of(listening);
            return this;
        }

        /** Starts it. */
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
