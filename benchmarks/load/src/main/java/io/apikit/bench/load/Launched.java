package io.apikit.bench.load;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A server process that runs until it is closed. Its output goes to a log. */
final class Launched implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration POLL = Duration.ofMillis(1);
    private static final Duration STOP = Duration.ofSeconds(20);
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final String name;
    private final Process process;
    private final int port;
    private final Path log;

    private Launched(String name, Process process, int port, Path log) {
        this.name = name;
        this.process = process;
        this.port = port;
        this.log = log;
    }

    /** Starts a process on a free port, which is in its variable {@code PORT}. */
    static Launched start(String name, List<String> command, Map<String, String> environment, Path log) {
        var builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        int port = Ports.free();
        builder.environment().putAll(environment);
        builder.environment().put("PORT", String.valueOf(port));
        try {
            return new Launched(name, Offspring.start(builder), port, log);
        } catch (IOException e) {
            throw new BenchFailure(name + " cannot be started: " + e.getMessage());
        }
    }

    /** Waits until the health check returns 200. */
    Launched ready() {
        return ready(Workload.HEALTH);
    }

    /** Waits until a request returns 200. It is sent each millisecond until then, on a new socket. */
    Launched ready(Workload workload) {
        var authorization = workload.authorization(0);
        long start = System.nanoTime();
        while (!Probe.isOk(port, workload.path(), authorization)) {
            if (!process.isAlive()) {
                throw failure("ended before it returned 200 to " + workload.path());
            }
            if (System.nanoTime() - start > START.toNanos()) {
                close();
                throw failure("did not return 200 to " + workload.path() + " within " + START.toSeconds() + " s");
            }
            Pause.of(POLL);
        }
        return this;
    }

    int port() {
        return port;
    }

    String url() {
        return "http://127.0.0.1:" + port;
    }

    long pid() {
        return process.pid();
    }

    ProcessHandle handle() {
        return process.toHandle();
    }

    BenchFailure failure(String what) {
        return new BenchFailure(name + " " + what + "; its log is " + log);
    }

    HttpResponse<String> get(String path, String authorization) {
        return send(request(path).header("Authorization", authorization));
    }

    HttpResponse<String> get(String path) {
        return send(request(path));
    }

    HttpResponse<String> post(String path) {
        return send(request(path).POST(HttpRequest.BodyPublishers.noBody()));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(url() + path)).timeout(START);
    }

    private HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString(UTF_8));
        } catch (IOException e) {
            throw failure("did not respond: " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failure("was interrupted");
        }
    }

    @Override
    public void close() {
        close(STOP);
    }

    /** Sends SIGTERM, and waits for the end of the process. It is killed if it takes longer. */
    void close(Duration most) {
        process.destroy();
        try {
            if (!process.waitFor(most.toSeconds(), TimeUnit.SECONDS)) {
                System.err.println(name + " did not stop within " + most.toSeconds() + " s and is killed");
                Offspring.kill(process);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            Offspring.kill(process);
        }
    }
}
