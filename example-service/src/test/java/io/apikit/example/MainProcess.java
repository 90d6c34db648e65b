package io.apikit.example;

import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.starter.Setting;
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

/** A JVM that runs {@link Main} with some settings and no others. */
final class MainProcess implements AutoCloseable {
    /** Less than the time limit of a test. A busy machine needs half of it to start a JVM with an agent. */
    private static final long LIMIT_SECONDS = 80;

    private static final Pattern LISTENING = Pattern.compile("listening on (http://[^\\s,\"]+)");

    private final Process process;
    private final BufferedReader out;
    private final BufferedReader err;

    private MainProcess(Process process) {
        this.process = process;
        // Ends a wait for a line that does not come.
        process.onExit().orTimeout(LIMIT_SECONDS, TimeUnit.SECONDS).exceptionally(ignored -> process.destroyForcibly());
        this.out = process.inputReader(StandardCharsets.UTF_8);
        this.err = process.errorReader(StandardCharsets.UTF_8);
    }

    static MainProcess start(Map<String, String> settings, String... arguments) throws IOException {
        return start(List.of(), settings, arguments);
    }

    /** Starts the program with these options of {@code java}. */
    static MainProcess start(List<String> options, Map<String, String> settings, String... arguments)
            throws IOException {
        return start(Main.class, classPath(), options, settings, arguments);
    }

    /** Starts another program that has the settings of {@link Main}. */
    static MainProcess start(
            Class<?> program, String classPath, List<String> options, Map<String, String> settings, String... arguments)
            throws IOException {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        // The first compiler only, because these processes live for seconds.
        var jvm = Stream.of(java, "-XX:TieredStopAtLevel=1", "-cp", classPath);
        var command = Stream.of(jvm, options.stream(), Stream.of(program.getName()), Stream.of(arguments))
                .flatMap(words -> words)
                .toList();
        var builder = new ProcessBuilder(command);
        Main.SERVICE.settings().stream().map(Setting::name).forEach(builder.environment()::remove);
        builder.environment().putAll(settings);
        return new MainProcess(builder.start());
    }

    /** Returns the class path of the test, without the tests and their log settings. */
    static String classPath() {
        return Pattern.compile(Pattern.quote(File.pathSeparator))
                .splitAsStream(System.getProperty("java.class.path"))
                .filter(entry -> !entry.endsWith("test-classes") && !entry.contains("opentelemetry-javaagent"))
                .collect(Collectors.joining(File.pathSeparator));
    }

    int exitCode() throws InterruptedException {
        assertThat(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    /** Sends SIGTERM. {@link Process#destroy} would close the streams, and this does not. */
    void terminate() {
        process.toHandle().destroy();
    }

    /** Writes a line to standard input. */
    void writeLine(String line) throws IOException {
        var in = process.outputWriter(StandardCharsets.UTF_8);
        in.write(line + "\n");
        in.flush();
    }

    /** Ends standard input, and waits for the end of a program that ends with it. */
    void end() throws IOException, InterruptedException {
        process.getOutputStream().close();
        exitCode();
    }

    /** Returns the lines of standard output until its end. */
    List<String> out() {
        return out.lines().toList();
    }

    /** Returns the lines of standard error until its end, without the JVM's remark on options of the environment. */
    List<String> err() {
        return err.lines().filter(line -> !line.startsWith("Picked up ")).toList();
    }

    /** Reads standard error until a line matches, and returns this line. */
    String awaitErr(Pattern pattern) {
        return line(err, pattern);
    }

    /** Reads standard output until a line matches, and returns the match. */
    MatchResult awaitOut(Pattern pattern) {
        return await(out, pattern);
    }

    /** Reads the log on standard error until the service listens, and returns its URL. */
    String awaitUrl() {
        return await(err, LISTENING).group(1);
    }

    /** Reads the log on standard error until the service listens, and returns this line of the log. */
    String awaitListeningLine() {
        return line(err, LISTENING);
    }

    /** Reads the rest of standard error in the background, so that a full pipe does not block the process. */
    CompletableFuture<List<String>> restOfErr() {
        return CompletableFuture.supplyAsync(this::err, task -> new Thread(task).start());
    }

    /** Connects until a connection is refused: the service then listens no longer. */
    static void awaitRefusal(URI url) {
        var address = new InetSocketAddress(url.getHost(), url.getPort());
        var open = true;
        while (open) {
            try (var socket = new Socket()) {
                socket.connect(address, 1_000);
            } catch (IOException ignored) {
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
