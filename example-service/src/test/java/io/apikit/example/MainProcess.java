package io.apikit.example;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A real {@code java} that runs {@link Main}, with these settings alone. */
final class MainProcess implements AutoCloseable {
    /** Within the time of a test; a busy machine takes half of it to start one with an agent. */
    private static final long PATIENCE_SECONDS = 80;

    private static final Pattern LISTENING = Pattern.compile("listening on (http://[^\\s,\"]+)");

    private final Process process;
    private final BufferedReader out;
    private final BufferedReader err;

    private MainProcess(Process process) {
        this.process = process;
        // Ends whoever waits for a line that never comes.
        process.onExit().orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).exceptionally(late -> process.destroyForcibly());
        this.out = process.inputReader(StandardCharsets.UTF_8);
        this.err = process.errorReader(StandardCharsets.UTF_8);
    }

    static MainProcess start(Map<String, String> settings, String... arguments) throws IOException {
        return start(List.of(), settings, arguments);
    }

    /** With these options of {@code java}. */
    static MainProcess start(List<String> options, Map<String, String> settings, String... arguments)
            throws IOException {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        // The quick compiler alone: these processes live for seconds.
        var jvm = Stream.of(java, "-XX:TieredStopAtLevel=1", "-cp", classPath());
        var command = Stream.of(jvm, options.stream(), Stream.of(Main.class.getName()), Stream.of(arguments))
                .flatMap(words -> words)
                .toList();
        var builder = new ProcessBuilder(command);
        Stream.of(Variable.values()).map(Variable::name).forEach(builder.environment()::remove);
        builder.environment().putAll(settings);
        return new MainProcess(builder.start());
    }

    /** The test's own, without the tests and their log settings. */
    private static String classPath() {
        return Pattern.compile(Pattern.quote(File.pathSeparator))
                .splitAsStream(System.getProperty("java.class.path"))
                .filter(entry -> !entry.endsWith("test-classes") && !entry.contains("opentelemetry-javaagent"))
                .collect(Collectors.joining(File.pathSeparator));
    }

    int exitCode() throws InterruptedException {
        assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    /** SIGTERM; the streams stay open, as they do not with {@link Process#destroy}. */
    void terminate() {
        process.toHandle().destroy();
    }

    /** What it wrote until it closed the stream. */
    List<String> out() {
        return out.lines().toList();
    }

    /** As {@link #out}, of standard error; a JVM's own remark on an option of the environment left out. */
    List<String> err() {
        return err.lines().filter(line -> !line.startsWith("Picked up ")).toList();
    }

    /** Reads standard error on until a line holds it, and gives that line. */
    String awaitErr(Pattern pattern) {
        return line(err, pattern);
    }

    /** Reads on until a line holds it. */
    MatchResult awaitOut(Pattern pattern) {
        return await(out, pattern);
    }

    /** Reads standard error on until a line of the log says where it listens. */
    String awaitUrl() {
        return await(err, LISTENING).group(1);
    }

    /** Reads standard error on until a line of the log says where it listens. */
    String awaitListeningLine() {
        return line(err, LISTENING);
    }

    /** Reads on, so that no full pipe stops it; this is what it wrote, once it has ended. */
    CompletableFuture<List<String>> restOfErr() {
        return CompletableFuture.supplyAsync(this::err, task -> new Thread(task).start());
    }

    /** Knocks until nobody opens: the service lets nobody in any more. */
    static void awaitRefusal(URI url) {
        var address = new InetSocketAddress(url.getHost(), url.getPort());
        var open = true;
        while (open) {
            try (var socket = new Socket()) {
                socket.connect(address, 1_000);
            } catch (IOException refused) {
                open = false;
            }
        }
    }

    private static MatchResult await(BufferedReader reader, Pattern pattern) {
        var matcher = pattern.matcher(line(reader, pattern));
        assertThat(matcher.find()).isTrue();
        return matcher.toMatchResult();
    }

    private static String line(BufferedReader reader, Pattern pattern) {
        try {
            var line = reader.readLine();
            while (line != null && !pattern.matcher(line).find()) {
                line = reader.readLine();
            }
            assertThat(line).as("a line that matches %s", pattern).isNotNull();
            return String.valueOf(line);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
