package io.apikit.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A backend on the JDK's own HTTP server, with numbered logins. It records for each call, by the header {@code X-Call},
 * the login of each try and whether the try was accepted. A {@link Judge} decides which login is good where.
 */
final class RecordingBackend implements AutoCloseable {
    /** Decides whether a login is good for a request; called for one request at a time of each thread. */
    interface Judge {
        boolean accepts(int login, String target);
    }

    /** One request of a call, as the backend saw it. */
    record Try(String target, int login, boolean isAccepted) {}

    private static final int BACKLOG = 1_000;

    private final Judge judge;
    private final AtomicInteger logins = new AtomicInteger();
    private final AtomicInteger goodFrom = new AtomicInteger(1);
    private final Map<String, List<Try>> tries = new ConcurrentHashMap<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server;

    /** Logins are good until {@link #expireAll}. */
    RecordingBackend() {
        this((login, target) -> true);
    }

    /** @param judge is asked about logins that have not expired */
    RecordingBackend(Judge judge) {
        this.judge = judge;
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/login", exchange -> respond(exchange, 200, String.valueOf(logins.incrementAndGet())));
        server.createContext("/", this::data);
        server.setExecutor(threads);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Every login so far is dead. */
    void expireAll() {
        goodFrom.set(logins.get() + 1);
    }

    int logins() {
        return logins.get();
    }

    /** Returns the tries of one call, in the order in which they came. */
    List<Try> tries(String call) {
        return tries.getOrDefault(call, List.of());
    }

    private void data(HttpExchange exchange) throws IOException {
        var login = Integer.parseInt(exchange.getRequestHeaders().getFirst("X-Token"));
        var target =
                exchange.getRequestMethod() + ' ' + exchange.getRequestURI().getPath();
        var isAccepted = login >= goodFrom.get() && judge.accepts(login, target);
        var call = String.valueOf(exchange.getRequestHeaders().getFirst("X-Call"));
        tries.computeIfAbsent(call, first -> new CopyOnWriteArrayList<>()).add(new Try(target, login, isAccepted));
        respond(exchange, isAccepted ? 200 : 401, isAccepted ? "data" : "who are you");
    }

    private static void respond(HttpExchange exchange, int status, String text) throws IOException {
        try (exchange) {
            exchange.getRequestBody().readAllBytes();
            var bytes = text.getBytes(UTF_8);
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
