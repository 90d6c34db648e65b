package io.apikit.redis.replicas;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.apikit.redis.ReplicaMain;
import io.apikit.redis.replicas.CountingBackend.User;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** A JVM that runs {@link ReplicaMain}, and its caller. Thread-safe. */
final class ReplicaProcess implements AutoCloseable {
    private static final long LIMIT_SECONDS = 60;
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final Pattern ACTIVE = Pattern.compile("(?m)^http_server_requests_active (\\d+)");

    private final String name;
    private final Process process;
    private final CompletableFuture<String> url;

    private ReplicaProcess(String name, Process process) {
        this.name = name;
        this.process = process;
        this.url = CompletableFuture.supplyAsync(this::readUrl, task -> new Thread(task).start());
    }

    /** Starts a replica of this name, and does not wait for it. */
    static ReplicaProcess start(String name, String backend, String store, Path key, int logins, Path output)
            throws IOException {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        // The first compiler and the simplest collector, because these processes live for seconds.
        var process = new ProcessBuilder(
                        java,
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Xmx160m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ReplicaMain.class.getName(),
                        backend + "/" + name,
                        store,
                        key.toString(),
                        String.valueOf(logins))
                .redirectError(ProcessBuilder.Redirect.appendTo(output.toFile()))
                .start();
        return new ReplicaProcess(name, process);
    }

    private String readUrl() {
        return process.inputReader(UTF_8)
                .lines()
                .filter(line -> line.startsWith("port "))
                .map(line -> "http://127.0.0.1:" + line.substring("port ".length()))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("replica " + name + " has not started"));
    }

    String name() {
        return name;
    }

    /** Returns its URL, as soon as it listens. */
    String url() {
        return url.orTimeout(LIMIT_SECONDS, TimeUnit.SECONDS).join();
    }

    /** Asks who a user is. */
    CompletableFuture<HttpResponse<String>> ask(User user) {
        return ask(user, 1);
    }

    /** The same so many times in one request; the response has the different names. */
    CompletableFuture<HttpResponse<String>> ask(User user, int times) {
        return send(user.authorization(), "127.0.0.1", times);
    }

    /** Asks who a user is, with this password. */
    CompletableFuture<HttpResponse<String>> ask(String user, String password) {
        return ask(user, password, "127.0.0.1");
    }

    /** The same for a caller at this address. */
    CompletableFuture<HttpResponse<String>> ask(String user, String password, String source) {
        var pair = Base64.getEncoder().encodeToString((user + ":" + password).getBytes(UTF_8));
        return send("Basic " + pair, source, 1);
    }

    private CompletableFuture<HttpResponse<String>> send(String authorization, String source, int times) {
        return CLIENT.sendAsync(
                HttpRequest.newBuilder(URI.create(url() + "/whoami/" + times))
                        .header("Authorization", authorization)
                        .header("X-Forwarded-For", source)
                        .timeout(Duration.ofSeconds(30))
                        .build(),
                BodyHandlers.ofString());
    }

    /** Returns how many requests are in flight, without the one that asks. */
    int active() throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create(url() + "/metrics")).build();
        var text = CLIENT.send(request, BodyHandlers.ofString()).body();
        return ACTIVE.matcher(text)
                .results()
                .mapToInt(active -> Integer.parseInt(active.group(1)) - 1)
                .sum();
    }

    /** Sends SIGTERM. */
    void terminate() {
        process.toHandle().destroy();
    }

    /** Sends a signal by its name, such as {@code STOP}. */
    void signal(String signal) throws IOException, InterruptedException {
        var kill = new ProcessBuilder("kill", "-" + signal, String.valueOf(process.pid())).start();
        if (kill.waitFor() != 0) {
            throw new IOException("kill -" + signal + " failed");
        }
    }

    void awaitEnd() throws InterruptedException {
        if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException("replica " + name + " has not ended");
        }
    }

    /** Sends SIGKILL. */
    @Override
    public void close() {
        process.destroyForcibly();
    }
}
