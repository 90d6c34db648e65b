import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * Trains the start of a service. Needs a JDK (17 or newer) and nothing else:
 *
 * <pre>{@code
 * java Train.java TRAINING CACHE java FLAG... -jar service.jar
 * }</pre>
 *
 * <p>Starts the service by the given command, sends it the requests of the file TRAINING, lets its backend end all logins
 * and then fail, sends 10,000 wrapped requests, and stops it with SIGTERM. The JVM leaves CACHE: an AOT cache with the
 * profiles of methods (JDK 25 and newer), or an archive of classes if the name ends in {@code .jsa}. Then starts the service
 * once more with flags that require the cache. If a step fails, the exit code is 1, and the reason is on standard error.
 *
 * <p>The backend is one of this program's own, with a login of each kind. A wrong password is "wrong". It is reached by https, as
 * most are, with a certificate that BACKEND_CERTIFICATES names, or by http with TRAINING_TLS=false.
 */
final class Train {
    private static final int AFTER_SIGTERM = 143;
    private static final int CONNECTIONS = 16;
    private static final int LIMIT_SECONDS = 300;

    private final Plan plan;
    private final TrainingBackend backend;
    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private String url = "";

    private Train(Plan plan, TrainingBackend backend) {
        this.plan = plan;
        this.backend = backend;
    }

    /** Takes the file, the cache, and the command. */
    public static void main(String... args) throws Exception {
        // The JDK's server waits for the caller's acknowledgement otherwise.
        System.setProperty("sun.net.httpserver.nodelay", "true");
        if (args.length < 4) {
            System.err.println("usage: java Train.java TRAINING CACHE COMMAND...");
            System.exit(2);
        }
        try {
            run(Path.of(args[0]), Path.of(args[1]).toAbsolutePath(), List.of(args).subList(2, args.length));
        } catch (TrainingFailure e) {
            System.err.println("train: " + e.getMessage());
            System.exit(1);
        }
        System.exit(0);
    }

    private static void run(Path file, Path cache, List<String> command) throws Exception {
        if (!Files.isReadable(file)) {
            throw new TrainingFailure("there is no " + file);
        }
        var plan = Plan.read(file);
        var isAot = !cache.toString().endsWith(".jsa");
        var train = new Train(plan, TrainingBackend.start(plan));
        Files.deleteIfExists(cache);
        var begin = System.nanoTime();
        train.once(with(command, (isAot ? "-XX:AOTCacheOutput=" : "-XX:ArchiveClassesAtExit=") + cache), plan.load());
        if (!Files.isReadable(cache)) {
            throw new TrainingFailure("this Java left no " + cache);
        }
        var seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin);
        // A start that may not do without the cache.
        var use = (isAot ? "-XX:AOTCache=" : "-XX:SharedArchiveFile=") + cache;
        train.once(with(command, use, isAot ? "-XX:AOTMode=on" : "-Xshare:on"), 0);
        System.out.println(cache.getFileName() + ": " + (Files.size(cache) >> 20) + " MiB, made in " + seconds + " s, and "
                + plan.load() + " wrapped requests; a start with it works");
    }

    /** The first word of the command is the JVM. */
    private static List<String> with(List<String> command, String... flags) {
        return Stream.of(command.subList(0, 1), List.of(flags), command.subList(1, command.size()))
                .flatMap(List::stream)
                .toList();
    }

    /** Starts the service, sends the requests, and stops it. */
    private void once(List<String> command, int load) throws Exception {
        var log = Files.createTempFile("training", ".log");
        var port = freePort();
        url = "http://127.0.0.1:" + port;
        var builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        // Nothing of this shell's environment is a setting of the service.
        builder.environment().keySet().retainAll(Set.of("PATH", "LD_LIBRARY_PATH"));
        builder.environment().putAll(Map.of("HOST", "127.0.0.1", "PORT", String.valueOf(port), "STOP_DELAY", "0"));
        builder.environment().putAll(Map.of("LOG_FORMAT", "json", "BACKEND_URL", backend.url()));
        backend.certificate().ifPresent(file -> builder.environment().put("BACKEND_CERTIFICATES", file.toString()));
        plan.settings().forEach((name, value) -> builder.environment().put(name, value.replace("{backend}", backend.plainUrl())));
        var process = builder.start();
        try {
            awaitStart(process);
            requests(load);
            process.destroy();
            // The JVM writes the cache at its end.
            if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS) || process.exitValue() != AFTER_SIGTERM) {
                throw new TrainingFailure("the service did not end with " + AFTER_SIGTERM + " after SIGTERM");
            }
        } catch (TrainingFailure e) {
            throw new TrainingFailure(e.getMessage() + "\n" + tail(log));
        } finally {
            process.destroyForcibly();
            Files.delete(log);
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static String tail(Path log) throws IOException {
        var lines = Files.readAllLines(log, StandardCharsets.ISO_8859_1);
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size()));
    }

    /** Waits until the first path of the training responds, whatever its status is. */
    private void awaitStart(Process process) throws Exception {
        var end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
        while (true) {
            try {
                status(plan.requests().get(0));
                return;
            } catch (IOException ignored) {
                if (!process.isAlive() || System.nanoTime() - end > 0) {
                    throw new TrainingFailure("the service does not start");
                }
                Thread.sleep(50);
            }
        }
    }

    private void requests(int load) throws Exception {
        var wrapped = new ArrayList<Ask>();
        for (var ask : plan.requests()) {
            var before = backend.served();
            expect(ask);
            if (ask.status() == 200 && backend.served() > before) {
                wrapped.add(ask);
            }
        }
        if (wrapped.isEmpty()) {
            throw new TrainingFailure("no request of the training with status 200 reached the backend: nothing is wrapped");
        }
        // The sessions are renewed. A mode without a renewal passes the backend's rejection on.
        backend.endLogins();
        for (var ask : wrapped) {
            status(ask);
        }
        for (var failure : List.of(500, 503)) {
            backend.fail(failure);
            status(wrapped.get(wrapped.size() - 1));
        }
        backend.fail(0);
        load(wrapped, load);
    }

    /** All connections together send this number of requests. */
    private void load(List<Ask> wrapped, int count) throws Exception {
        var next = new AtomicInteger();
        Callable<Void> connection = () -> {
            for (var i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
                expect(wrapped.get(i % wrapped.size()));
            }
            return null;
        };
        var threads = Executors.newFixedThreadPool(CONNECTIONS);
        try {
            for (var done : threads.invokeAll(Stream.generate(() -> connection).limit(CONNECTIONS).toList())) {
                done.get();
            }
        } catch (java.util.concurrent.ExecutionException e) {
            throw e.getCause() instanceof TrainingFailure failure ? failure : e;
        } finally {
            threads.shutdownNow();
        }
    }

    private void expect(Ask ask) throws Exception {
        var status = status(ask);
        if (status != ask.status()) {
            throw new TrainingFailure(ask.path() + " is a " + status + " and not a " + ask.status());
        }
    }

    private int status(Ask ask) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create(url + ask.path())).timeout(Duration.ofSeconds(30));
        if (!ask.authorization().isEmpty()) {
            request.header("Authorization", ask.authorization());
        }
        return client.send(request.build(), BodyHandlers.discarding()).statusCode();
    }

    /** A request of the training. */
    private record Ask(int status, String path, String authorization) {
        /** @param words status, path, and USER:PASSWORD or a token */
        static Ask of(String[] words) {
            return new Ask(Integer.parseInt(words[0]), words[1], words.length < 3 ? "" : authorization(words[2]));
        }

        private static String authorization(String credentials) {
            return credentials.contains(":")
                    ? "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8))
                    : "Bearer " + credentials;
        }
    }

    /**
     * The file of the training: NAME=VALUE is a setting, "STATUS PATH [CREDENTIALS]" a request.
     *
     * @param open what the paths begin with that need no login at the backend
     * @param hasTls whether the backend is reached by https
     */
    private record Plan(
            Path folder, Map<String, String> settings, List<Ask> requests, int load, String open, boolean hasTls) {
        static Plan read(Path file) throws IOException {
            var settings = new LinkedHashMap<String, String>();
            var requests = new ArrayList<Ask>();
            for (var line : Files.readAllLines(file)) {
                if (line.matches("[A-Z][A-Z0-9_]*=.*")) {
                    settings.put(line.substring(0, line.indexOf('=')), line.substring(line.indexOf('=') + 1));
                } else if (line.matches("\\d{3} +/\\S*( +\\S+)?\\s*")) {
                    requests.add(Ask.of(line.strip().split(" +")));
                } else if (!line.isBlank() && !line.startsWith("#")) {
                    throw new TrainingFailure(file + " has a line that is no setting and no request: " + line);
                }
            }
            if (requests.isEmpty()) {
                throw new TrainingFailure(file + " has no request");
            }
            var folder = settings.getOrDefault("TRAINING_BACKEND", "training-backend");
            var load = Integer.parseInt(settings.getOrDefault("TRAINING_REQUESTS", "10000"));
            var isOpen = "none".equals(settings.get("AUTH_MODE"));
            var open = isOpen ? "/" : settings.getOrDefault("TRAINING_OPEN", "//");
            var hasTls = !settings.getOrDefault("TRAINING_TLS", "true").equals("false");
            settings.keySet().removeIf(name -> name.startsWith("TRAINING_"));
            return new Plan(file.toAbsolutePath().resolveSibling(folder), settings, requests, load, open, hasTls);
        }
    }

    /** A key and its certificate for 127.0.0.1, made for this training. */
    private record Identity(SSLContext tls, Path certificate) {
        private static final String PASSWORD = "training";

        static Identity make() throws Exception {
            var folder = Files.createTempDirectory("training");
            var store = folder.resolve("key.p12");
            var certificate = folder.resolve("certificate.pem");
            keytool("-genkeypair", "-keystore", store.toString(), "-storetype", "PKCS12", "-alias", "training", "-keyalg", "EC",
                    "-dname", "CN=training", "-ext", "san=ip:127.0.0.1", "-validity", "2");
            keytool("-exportcert", "-rfc", "-keystore", store.toString(), "-alias", "training", "-file", certificate.toString());
            try {
                return new Identity(tls(store), certificate);
            } finally {
                Files.delete(store);
                certificate.toFile().deleteOnExit();
                folder.toFile().deleteOnExit();
            }
        }

        private static void keytool(String... arguments) throws Exception {
            var command = Stream.of(
                            Stream.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString()),
                            Stream.of(arguments),
                            Stream.of("-storepass", PASSWORD))
                    .flatMap(words -> words)
                    .toList();
            var process = new ProcessBuilder(command).redirectErrorStream(true).start();
            var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new TrainingFailure("keytool makes no certificate: " + said);
            }
        }

        private static SSLContext tls(Path file) throws IOException, GeneralSecurityException {
            var password = PASSWORD.toCharArray();
            var store = KeyStore.getInstance(file.toFile(), password);
            var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, password);
            var tls = SSLContext.getInstance("TLS");
            tls.init(keys.getKeyManagers(), null, null);
            return tls;
        }
    }

    /** Files behind a login of each kind: HTTP Basic, an oauth2-proxy with a provider, a form, a token. */
    private static final class TrainingBackend {
        private static final String FORM = "<!doctype html><html><body><form method=\"post\" action=\"%s\">"
                + "<input type=\"hidden\" name=\"state\" value=\"%s\"><input name=\"username\">"
                + "<input type=\"password\" name=\"password\"><button>Log in</button></form></body></html>";

        private final Plan plan;
        private final Optional<Identity> identity;
        private final HttpServer server;
        private final HttpServer provider;
        /** For further backends, which are trusted apart. */
        private final HttpServer plain = listening(Optional.empty());

        private final Map<String, byte[]> files = new ConcurrentHashMap<>();
        private final Set<String> alive = ConcurrentHashMap.newKeySet();
        private final AtomicInteger served = new AtomicInteger();
        private volatile int failure;

        private TrainingBackend(Plan plan, Optional<Identity> identity) throws IOException {
            this.plan = plan;
            this.identity = identity;
            this.server = listening(identity);
            this.provider = listening(identity);
        }

        static TrainingBackend start(Plan plan) throws Exception {
            var backend = new TrainingBackend(plan, plan.hasTls() ? Optional.of(Identity.make()) : Optional.empty());
            backend.server.createContext("/", exchange -> answered(exchange, backend::route));
            backend.provider.createContext("/", exchange -> answered(exchange, backend::provider));
            backend.plain.createContext("/", exchange -> answered(exchange, backend::route));
            backend.server.start();
            backend.provider.start();
            backend.plain.start();
            return backend;
        }

        private static HttpServer listening(Optional<Identity> identity) throws IOException {
            var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
            var server = identity.isEmpty() ? HttpServer.create(address, 0) : HttpsServer.create(address, 0);
            if (server instanceof HttpsServer secure) {
                secure.setHttpsConfigurator(new HttpsConfigurator(identity.orElseThrow().tls()));
            }
            server.setExecutor(Executors.newCachedThreadPool());
            return server;
        }

        private interface Route {
            void answer(HttpExchange exchange, String body) throws IOException;
        }

        private static void answered(HttpExchange exchange, Route route) throws IOException {
            try (exchange) {
                route.answer(exchange, new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            }
        }

        String url() {
            return url(server);
        }

        String plainUrl() {
            return url(plain);
        }

        Optional<Path> certificate() {
            return identity.map(Identity::certificate);
        }

        private static String url(HttpServer server) {
            return (server instanceof HttpsServer ? "https" : "http") + "://127.0.0.1:" + server.getAddress().getPort();
        }

        int served() {
            return served.get();
        }

        void endLogins() {
            alive.clear();
        }

        /** All requests but those of a login have this status from now on. 0: none. */
        void fail(int status) {
            failure = status;
        }

        private void route(HttpExchange exchange, String body) throws IOException {
            var path = exchange.getRequestURI().getPath();
            switch (path) {
                case "/oauth2/start" -> {
                    cookie(exchange, "_oauth2_proxy_csrf=" + UUID.randomUUID());
                    redirect(exchange, url(provider) + "/auth?state=" + UUID.randomUUID());
                }
                case "/oauth2/callback" -> {
                    cookie(exchange, "_oauth2_proxy=" + newLogin());
                    redirect(exchange, "/");
                }
                case "/oauth2/auth" -> send(exchange, isAlive(exchange) ? 202 : 401, "text/plain", new byte[0]);
                default -> {
                    if (isLogin(exchange, path)) {
                        login(exchange, body);
                    } else {
                        file(exchange, path);
                    }
                }
            }
        }

        /** A POST without a login is one; so is the request for its page. */
        private boolean isLogin(HttpExchange exchange, String path) {
            return exchange.getRequestMethod().equals("POST")
                    ? path.matches(".*(login|token|auth).*") || !isAlive(exchange)
                    : path.matches(".*/login");
        }

        private void login(HttpExchange exchange, String body) throws IOException {
            if (exchange.getRequestMethod().equals("GET")) {
                page(exchange, 200, exchange.getRequestURI().getPath(), "");
            } else if (body.contains("wrong") || isWrong(exchange)) {
                send(exchange, 401, "application/json", "{\"error\":\"invalid_grant\"}".getBytes(StandardCharsets.UTF_8));
            } else if (body.contains("state=")) {
                cookie(exchange, "session=" + newLogin());
                redirect(exchange, "/");
            } else {
                var token = "{\"access_token\":\"%s\",\"token_type\":\"Bearer\",\"expires_in\":3600}".formatted(newLogin());
                send(exchange, 200, "application/json", token.getBytes(StandardCharsets.UTF_8));
            }
        }

        private void provider(HttpExchange exchange, String body) throws IOException {
            var state = exchange.getRequestURI().getRawQuery().replaceFirst(".*state=", "");
            if (exchange.getRequestMethod().equals("GET") || body.contains("wrong")) {
                page(exchange, 200, "/auth?state=" + state, state);
            } else {
                redirect(exchange, url() + "/oauth2/callback?code=" + UUID.randomUUID() + "&state=" + state);
            }
        }

        private void file(HttpExchange exchange, String path) throws IOException {
            if (failure != 0) {
                exchange.getResponseHeaders().set("Retry-After", "0");
                send(exchange, failure, "text/plain", "failed".getBytes(StandardCharsets.UTF_8));
                return;
            }
            if (!path.startsWith(plan.open()) && !isAlive(exchange)) {
                send(exchange, 401, "application/json", "{}".getBytes(StandardCharsets.UTF_8));
                return;
            }
            served.incrementAndGet();
            var body = files.computeIfAbsent(path, this::read);
            var isJson = body.length > 0 && (body[0] == '{' || body[0] == '[');
            send(exchange, body.length == 0 ? 404 : 200, isJson ? "application/json" : "text/plain", body);
        }

        private byte[] read(String path) {
            var file = plan.folder().resolve(path.substring(1)).normalize();
            try {
                return file.startsWith(plan.folder()) && Files.isRegularFile(file) ? Files.readAllBytes(file) : new byte[0];
            } catch (IOException e) {
                throw new TrainingFailure(file + " cannot be read");
            }
        }

        private String newLogin() {
            var login = UUID.randomUUID().toString();
            alive.add(login);
            return login;
        }

        private boolean isAlive(HttpExchange exchange) {
            var headers = exchange.getRequestHeaders();
            var isBasic = headers.getOrDefault("Authorization", List.of()).stream().anyMatch(value -> value.startsWith("Basic "));
            return isBasic
                    ? !isWrong(exchange)
                    : headers.values().stream().flatMap(List::stream).flatMap(value -> Stream.of(value.split("[ ;=]+")))
                            .anyMatch(alive::contains);
        }

        private static boolean isWrong(HttpExchange exchange) {
            var value = exchange.getRequestHeaders().getFirst("Authorization");
            return value != null && value.startsWith("Basic ")
                    && new String(Base64.getDecoder().decode(value.substring(6)), StandardCharsets.UTF_8).endsWith(":wrong");
        }

        private static void cookie(HttpExchange exchange, String cookie) {
            exchange.getResponseHeaders().add("Set-Cookie", cookie + "; Path=/; HttpOnly");
        }

        private static void page(HttpExchange exchange, int status, String action, String state) throws IOException {
            send(exchange, status, "text/html", FORM.formatted(action, state).getBytes(StandardCharsets.UTF_8));
        }

        private static void redirect(HttpExchange exchange, String to) throws IOException {
            exchange.getResponseHeaders().set("Location", to);
            send(exchange, 302, "text/html", new byte[0]);
        }

        /** A large body is sent in chunks. */
        private static void send(HttpExchange exchange, int status, String type, byte[] body) throws IOException {
            exchange.getResponseHeaders().set("Content-Type", type);
            if (body.length == 0 || exchange.getRequestMethod().equals("HEAD")) {
                exchange.sendResponseHeaders(status, -1);
                return;
            }
            exchange.sendResponseHeaders(status, body.length > 1000 ? 0 : body.length);
            exchange.getResponseBody().write(body);
        }
    }

    /** The message is for who builds the image. */
    private static final class TrainingFailure extends RuntimeException {
        private static final long serialVersionUID = 1;

        TrainingFailure(String message) {
            super(message);
        }
    }
}
