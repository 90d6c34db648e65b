package io.apikit.testkit.redis;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A real {@code redis-server} or {@code valkey-server} as a process on a free port of 127.0.0.1. It has a temporary folder
 * of its own, which is deleted at the end, reads no settings of the machine, and saves nothing. Thread-safe.
 *
 * <p>The program is the one that the system property {@code apikit.redis.program} names; otherwise the first of
 * {@code redis-server} and {@code valkey-server} on the {@code PATH}. Debian has them in packages of these names.
 *
 * <pre>{@code
 * assumeTrue(RedisServer.isInstalled(), RedisServer.MISSING);
 * try (var redis = RedisServer.start()) {
 *     redis.command("SET", "key", "value");
 *     redis.pause();
 * }
 * }</pre>
 */
public final class RedisServer implements AutoCloseable {
    /** The line to print where a test is skipped. */
    public static final String MISSING =
            "skipped: there is no redis-server or valkey-server on the PATH (Debian's package redis-server)";

    private static final String PROGRAM = "apikit.redis.program";
    private static final long LIMIT_SECONDS = 20;
    private static final int STARTS = 5;
    private static final int HIGHEST_PORT = 65_535 - 10_000;

    private final String program;
    private final Path folder;
    private final int port;
    private final List<String> options;
    private Process process;

    private RedisServer(String program, Path folder, int port, List<String> options) throws IOException {
        this.program = program;
        this.folder = folder;
        this.port = port;
        this.options = options;
        this.process = launch();
    }

    /** Returns whether there is a program to start. */
    public static boolean isInstalled() {
        return program().isPresent();
    }

    private static Optional<String> program() {
        var named = System.getProperty(PROGRAM);
        if (named != null) {
            return Optional.of(named);
        }
        var path = System.getenv().getOrDefault("PATH", "").split(File.pathSeparator);
        return Stream.of("redis-server", "valkey-server")
                .flatMap(name -> Arrays.stream(path).map(folder -> new File(folder, name)))
                .filter(File::canExecute)
                .map(File::getPath)
                .findFirst();
    }

    /**
     * Starts one, and waits until it accepts connections.
     *
     * @param options of its command line, such as {@code --maxmemory}, {@code 3mb}; {@code {port}} in one is its port
     * @throws IllegalStateException if there is no program, or it does not start
     */
    public static RedisServer start(String... options) {
        return startProgram(program().orElseThrow(() -> new IllegalStateException(MISSING)), options);
    }

    /** The same with a program of your own. */
    public static RedisServer startProgram(String program, String... options) {
        try {
            for (int i = 0; i < STARTS; i++) {
                var folder = Files.createTempDirectory("apikit-redis");
                var server = new RedisServer(program, folder, freePort(), List.of(options));
                if (server.isUp()) {
                    return server;
                }
                if (i == STARTS - 1) {
                    throw new IllegalStateException(program + " does not start: " + server.output());
                }
                server.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        throw new IllegalStateException("unreachable");
    }

    /** Another process may take it before the server does. A node of a cluster takes the port 10,000 above as well. */
    private static int freePort() throws IOException {
        while (true) {
            try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                if (socket.getLocalPort() <= HIGHEST_PORT) {
                    return socket.getLocalPort();
                }
            }
        }
    }

    private Process launch() throws IOException {
        var line = new ArrayList<>(List.of(program));
        if (options.contains("--sentinel")) {
            // A sentinel demands a file of settings, which it writes to.
            line.add(Files.writeString(folder.resolve("sentinel.conf"), "").toString());
        }
        line.addAll(List.of("--port", String.valueOf(port), "--bind", "127.0.0.1", "--dir", folder.toString()));
        if (!options.contains("--sentinel")) {
            line.addAll(List.of("--save", "", "--appendonly", "no"));
        }
        options.forEach(option -> line.add(option.replace("{port}", String.valueOf(port))));
        return new ProcessBuilder(line)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("output.log").toFile())
                .start();
    }

    private boolean isUp() {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
        while (System.nanoTime() < end && process.isAlive()) {
            try (var socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                return process.isAlive();
            } catch (IOException e) {
                waitFor(10, TimeUnit.MILLISECONDS);
            }
        }
        return false;
    }

    /** Returns {@code redis://127.0.0.1:port}. */
    public String url() {
        return "redis://" + host();
    }

    /** Returns {@code 127.0.0.1:port}. */
    public String host() {
        return "127.0.0.1:" + port;
    }

    /** Returns the port, which stays the same after {@link #restart()}. */
    public int port() {
        return port;
    }

    /** Returns what the process has printed since its start. */
    public String output() {
        try {
            return Files.readString(folder.resolve("output.log"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Sends one command on a connection of its own, and returns the response as text: an array has a line for each
     * element, and what is missing is empty.
     *
     * @throws IllegalStateException with the server's text if the response is an error
     */
    public String command(String... words) {
        return commandAs(List.of(), words);
    }

    /** The same after another command, such as {@code AUTH}, on the same connection. */
    public String commandAs(List<String> first, String... words) {
        try (var connection = RedisProtocol.connect(port)) {
            if (!first.isEmpty()) {
                connection.send(first);
            }
            return connection.send(List.of(words));
        } catch (IOException e) {
            throw new UncheckedIOException(host() + " does not respond", e);
        }
    }

    /** Ends the process at once, as {@code kill -9} does. */
    public synchronized void kill() {
        process.destroyForcibly();
        waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
    }

    /** Starts it again, empty, on the same port; a process that still runs is ended first. */
    public synchronized void restart() {
        kill();
        try {
            process = launch();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (!isUp()) {
            throw new IllegalStateException(program + " does not start again: " + output());
        }
    }

    /** Halts the process: it accepts connections, and responds to nothing. */
    public void pause() {
        signal("STOP");
    }

    /** Lets a halted process go on. */
    public void resume() {
        signal("CONT");
    }

    private synchronized void signal(String name) {
        try {
            var sent = new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid())).start();
            if (sent.waitFor() != 0) {
                throw new IllegalStateException("no signal reaches " + host());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void waitFor(long time, TimeUnit unit) {
        try {
            process.waitFor(time, unit);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends the process, and deletes its folder. Called again, it does nothing. */
    @Override
    public synchronized void close() {
        kill();
        try (var files = Files.walk(folder)) {
            files.sorted((one, other) -> other.compareTo(one)).map(Path::toFile).forEach(File::delete);
        } catch (IOException ignored) {
            // It is in the folder for temporary files.
        }
    }

    @Override
    public String toString() {
        return "RedisServer[" + host() + "]";
    }
}
