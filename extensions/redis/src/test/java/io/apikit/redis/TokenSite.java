package io.apikit.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.apikit.auth.Authenticator;
import io.apikit.auth.Credentials;
import io.apikit.auth.Login;
import io.apikit.auth.LoginRefused;
import io.apikit.auth.LoginTransport;
import io.apikit.http.BackendRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A backend for any number of users. The logins of a user whose name has {@code timed} in it last for {@link #LIFE}; those of
 * others until the test ends them. Thread-safe.
 */
final class TokenSite implements AutoCloseable {
    /** How long a login of a user with {@code timed} in its name lasts. */
    static final Duration LIFE = Duration.ofMinutes(10);

    private final Map<String, String> usersByToken = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> logins = new ConcurrentHashMap<>();
    private final AtomicInteger tokens = new AtomicInteger();
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        var thread = new Thread(task, "token-site");
        thread.setDaemon(true);
        return thread;
    });
    private final HttpServer server;

    TokenSite() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/token", this::logIn);
        server.createContext("/whoami", this::whoami);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Gets a token for the user whose bearer token is its name: no slow hash, which would cost more than the test. */
    static Authenticator mode() {
        return new Authenticator() {
            @Override
            public String name() {
                return "site";
            }

            @Override
            public Login logIn(Credentials credentials, LoginTransport bare) throws LoginRefused {
                if (!(credentials instanceof Credentials.Bearer own)) {
                    throw new LoginRefused("A token is needed.");
                }
                var response = bare.send(BackendRequest.post("/token").form(Map.of("user", own.token())));
                var login = Login.of(Map.of("Authorization", response.orThrow().text()));
                return own.token().contains("timed") ? login.expiresIn(LIFE) : login;
            }

            @Override
            public Optional<String> challenge() {
                return Optional.of("Bearer");
            }
        };
    }

    /** The tokens of this user are valid no more. */
    void expire(String user) {
        usersByToken.values().removeIf(user::equals);
    }

    int logins(String user) {
        var count = logins.get(user);
        return count == null ? 0 : count.get();
    }

    private void logIn(HttpExchange exchange) throws IOException {
        var user = new String(exchange.getRequestBody().readAllBytes(), UTF_8).substring("user=".length());
        var token = "token-" + user + "-" + tokens.incrementAndGet();
        usersByToken.put(token, user);
        logins.computeIfAbsent(user, absent -> new AtomicInteger()).incrementAndGet();
        respond(exchange, 200, token);
    }

    private void whoami(HttpExchange exchange) throws IOException {
        var header = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
        var user = usersByToken.get(header);
        respond(exchange, user == null ? 401 : 200, user == null ? "expired" : user);
    }

    private static void respond(HttpExchange exchange, int status, String body) throws IOException {
        try (exchange) {
            var bytes = body.getBytes(UTF_8);
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
