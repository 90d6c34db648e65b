package io.apikit.testkit.faulty;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * An HTTP proxy that opens tunnels ({@code CONNECT}, RFC 9110, section 9.3.6), for tests of clients that reach a backend
 * through one. It listens on 127.0.0.1 and a free port.
 *
 * <pre>{@code
 * try (var proxy = FakeForwardProxy.start()) {
 *     proxy.resolve("backend.example.org:443", backend.port());
 *     client.through(proxy.url()).get("https://backend.example.org/");
 *     assertThat(proxy.tunnels()).containsExactly("backend.example.org:443");
 * }
 * }</pre>
 *
 * <p>Every other method is refused with 405. Thread-safe. It has two daemon threads for each tunnel.
 */
public final class FakeForwardProxy implements AutoCloseable {
    private static final int MOST_HEAD = 16 << 10;

    private final ServerSocket listening;
    private final Map<String, Integer> ports = new ConcurrentHashMap<>();
    private final List<String> tunnels = new CopyOnWriteArrayList<>();
    private final List<String> heads = new CopyOnWriteArrayList<>();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile String required = "";
    private volatile String response = "HTTP/1.1 200 Connection established\r\n\r\n";
    private volatile boolean isSilent;

    private FakeForwardProxy(ServerSocket listening) {
        this.listening = listening;
        daemon("accept", this::accept);
    }

    /** Starts a proxy that opens each tunnel. */
    public static FakeForwardProxy start() {
        try {
            return new FakeForwardProxy(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns {@code http://127.0.0.1:port}. */
    public String url() {
        return "http://" + authority();
    }

    /** Returns {@code 127.0.0.1:port}. */
    public String authority() {
        return "127.0.0.1:" + listening.getLocalPort();
    }

    /** Has tunnels to this authority, {@code host:port}, lead to a port of 127.0.0.1. No other name is looked up. */
    public FakeForwardProxy resolve(String authority, int port) {
        ports.put(authority, port);
        return this;
    }

    /** Requires these credentials (RFC 7617); otherwise the response is 407. Default: none. */
    public FakeForwardProxy require(String user, String password) {
        var pair = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
        required = "Basic " + Base64.getEncoder().encodeToString(pair);
        return this;
    }

    /** Sends this head, and what follows it, in place of the one that reports a tunnel. A tunnel is opened after a 200 alone. */
    public FakeForwardProxy respond(String bytes) {
        response = bytes;
        return this;
    }

    /** Accepts connections and sends nothing. Default: off. */
    public FakeForwardProxy silent(boolean on) {
        isSilent = on;
        return this;
    }

    /** Closes the tunnels that are open, as a proxy does with idle ones. Further ones are opened. */
    public void closeTunnels() {
        try {
            for (var each : open) {
                each.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the authorities of the tunnels that were opened, in order. */
    public List<String> tunnels() {
        return List.copyOf(tunnels);
    }

    /** Returns the heads of all requests, with their secrets, in order. */
    public List<String> heads() {
        return List.copyOf(heads);
    }

    private void accept() {
        try {
            while (true) {
                var client = listening.accept();
                open.add(client);
                daemon("tunnel", () -> serve(client));
            }
        } catch (IOException ignored) {
            // It is closed.
        }
    }

    private void serve(Socket client) {
        try (client) {
            var head = head(client.getInputStream());
            heads.add(head);
            var line = head.split("\r\n", 2)[0].split(" ");
            var reply = reply(head, line);
            if (isSilent) {
                client.getInputStream().read();
                return;
            }
            client.getOutputStream().write(reply.getBytes(StandardCharsets.ISO_8859_1));
            if (reply.matches("(?s)HTTP/1.[01] 200.*")) {
                tunnel(client, line[1]);
            }
        } catch (IOException ignored) {
            // One of the two has closed its connection.
        } finally {
            open.remove(client);
        }
    }

    private String reply(String head, String[] line) {
        if (!line[0].equals("CONNECT")) {
            return refusal("405 Method Not Allowed");
        }
        if (!required.isEmpty() && !head.contains("Proxy-Authorization: " + required + "\r\n")) {
            return refusal("407 Proxy Authentication Required");
        }
        return ports.containsKey(line[1]) || line[1].startsWith("127.0.0.1:") ? response : refusal("502 Bad Gateway");
    }

    private static String refusal(String status) {
        return "HTTP/1.1 " + status + "\r\nContent-Length: 5\r\nProxy-Authenticate: Basic realm=\"proxy\"\r\n\r\nproxy";
    }

    private void tunnel(Socket client, String authority) throws IOException {
        var port = ports.getOrDefault(authority, Integer.valueOf(authority.substring(authority.lastIndexOf(':') + 1)));
        try (var backend = new Socket()) {
            open.add(backend);
            backend.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            tunnels.add(authority);
            daemon("back", () -> copy(backend, client));
            copy(client, backend);
            open.remove(backend);
        }
    }

    private static void copy(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
            to.shutdownOutput();
        } catch (IOException ignored) {
            reset(to);
        }
    }

    /** Where one of the two breaks off, the proxy breaks off too. */
    private static void reset(Socket other) {
        try (other) {
            other.setSoLinger(true, 0);
        } catch (IOException ignored) {
            // It is closed already.
        }
    }

    /** Reads byte by byte: what follows belongs to the tunnel. */
    private static String head(InputStream in) throws IOException {
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0 && head.length() < MOST_HEAD) {
            int one = in.read();
            if (one < 0) {
                throw new IOException("the connection ended in the head of a request");
            }
            head.append((char) one);
        }
        return head.toString();
    }

    private static void daemon(String name, Runnable work) {
        var thread = new Thread(work, "fake-forward-proxy-" + name);
        thread.setDaemon(true);
        thread.start();
    }

    /** Closes the proxy and its tunnels. */
    @Override
    public void close() {
        try {
            listening.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        closeTunnels();
    }
}
