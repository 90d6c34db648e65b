package io.apikit.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A real nginx with the files of one folder, as a process on a free port; Debian has it in the package
 * {@code nginx-light}. It runs with a folder of its own, and reads no settings of the machine.
 */
public final class NginxServer implements AutoCloseable {
    private static final String MISSING =
            "skipped: there is no nginx on the PATH or in /usr/sbin (Debian's nginx-light)";
    private static final Pattern LINE = Pattern.compile("(\\d+) \"(.*)\" \"(.*)\"");
    private static final long LIMIT_SECONDS = 20;
    private static final int STARTS = 5;

    /** One process: what an earlier connection asked for is in the log before a later one is answered. */
    private static final String SETTINGS = """
            daemon off;
            master_process off;
            pid nginx.pid;
            error_log stderr warn;
            events {}
            http {
              client_body_temp_path temp; proxy_temp_path temp; fastcgi_temp_path temp; uwsgi_temp_path temp;
              scgi_temp_path temp;
              log_format seen '$status "$uri" "$request_uri"';
              access_log access.log seen;
              server {
                listen 127.0.0.1:%d;
                root files;
                location = /seen { access_log off; return 204; }
              }
            }
            """;

    /**
     * A request in the log.
     *
     * @param path what nginx looked for: decoded, and without dot segments
     * @param target as it was sent
     */
    public record Seen(int status, String path, String target) {}

    private final Path folder;
    private final Process process;
    private final int port;

    private NginxServer(Path folder, Process process, int port) {
        this.folder = folder;
        this.process = process;
        this.port = port;
    }

    /** Skips the test, and says so, where there is no nginx. */
    public static void assumeItIsHere() {
        if (program().isEmpty()) {
            System.err.println(MISSING);
        }
        assumeTrue(program().isPresent(), MISSING);
    }

    private static Optional<String> program() {
        var path = System.getenv().getOrDefault("PATH", "").split(File.pathSeparator);
        return Stream.concat(Arrays.stream(path), Stream.of("/usr/sbin"))
                .map(each -> new File(each, "nginx"))
                .filter(File::canExecute)
                .map(File::getPath)
                .findFirst();
    }

    /**
     * Starts it.
     *
     * @param folder an empty one, for its settings, logs and files
     * @param files the paths of its files, such as {@code admin/index.html}; the content of each is its path
     */
    public static NginxServer start(Path folder, String... files) throws IOException, InterruptedException {
        Files.createDirectories(folder.resolve("temp"));
        for (var file : files) {
            var path = folder.resolve("files").resolve(file);
            Files.createDirectories(path.getParent());
            Files.writeString(path, file);
        }
        for (int i = 0; i < STARTS; i++) {
            var server = startedOn(freePort(), folder);
            if (server.isUp()) {
                return server;
            }
            server.close();
        }
        throw new IOException("nginx does not start: " + Files.readString(folder.resolve("output.log")));
    }

    private static NginxServer startedOn(int port, Path folder) throws IOException {
        var settings = Files.writeString(folder.resolve("nginx.conf"), SETTINGS.formatted(port));
        var process = new ProcessBuilder(program().orElseThrow(), "-p", folder.toString(), "-c", settings.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("output.log").toFile())
                .start();
        return new NginxServer(folder, process, port);
    }

    /** Another process may take it before nginx does. */
    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private boolean isUp() throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
        while (System.nanoTime() < end) {
            try (var socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                return process.isAlive();
            } catch (IOException notYet) {
                if (process.waitFor(10, TimeUnit.MILLISECONDS)) {
                    return false;
                }
            }
        }
        return false;
    }

    public String url() {
        return "http://127.0.0.1:" + port;
    }

    /** Everything that was asked for until now. */
    public List<Seen> seen() throws IOException {
        var last = (HttpURLConnection) URI.create(url() + "/seen").toURL().openConnection();
        last.setReadTimeout((int) TimeUnit.SECONDS.toMillis(LIMIT_SECONDS));
        if (last.getResponseCode() != 204) {
            throw new IOException("nginx responds with " + last.getResponseCode());
        }
        try (var lines = Files.lines(folder.resolve("access.log"), UTF_8)) {
            return lines.map(LINE::matcher)
                    .filter(Matcher::matches)
                    .map(line -> new Seen(Integer.parseInt(line.group(1)), line.group(2), line.group(3)))
                    .toList();
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
    }
}
