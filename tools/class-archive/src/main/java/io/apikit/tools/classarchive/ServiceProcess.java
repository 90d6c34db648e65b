package io.apikit.tools.classarchive;

import io.apikit.example.Main;
import io.apikit.starter.Setting;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The service in a JVM of its own, in front of a backend behind an oauth2-proxy. This class is not thread-safe. */
final class ServiceProcess implements AutoCloseable {
    private static final Pattern LISTENING = Pattern.compile("listening on (http://[^\\s,]+)");
    private static final long LIMIT_SECONDS = 120;
    private static final int AFTER_SIGTERM = 143;

    private final Process process;
    private final BufferedReader output;

    private ServiceProcess(Process process) {
        this.process = process;
        this.output = process.inputReader(StandardCharsets.UTF_8);
        // Ends a wait for a line that does not come.
        process.onExit().orTimeout(LIMIT_SECONDS, TimeUnit.SECONDS).exceptionally(ignored -> process.destroyForcibly());
    }

    static ServiceProcess start(List<String> command, String backend) throws IOException {
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        var environment = builder.environment();
        Main.SERVICE.settings().stream().map(Setting::name).forEach(environment::remove);
        environment.put("BACKEND_URL", backend);
        environment.put("AUTH_MODE", "oauth2-proxy");
        environment.put("PORT", "0");
        environment.put("STOP_DELAY", "0");
        return new ServiceProcess(builder.start());
    }

    /** Waits until the service listens, and returns its URL. */
    String awaitUrl() throws IOException {
        var before = new StringBuilder();
        for (var line = output.readLine(); line != null; line = output.readLine()) {
            var listening = LISTENING.matcher(line);
            if (listening.find()) {
                return listening.group(1);
            }
            before.append("\n  ").append(line);
        }
        throw new IllegalStateException("the service does not start:" + before);
    }

    /** Sends SIGTERM, and waits until the process has ended: the JVM writes the archive at its end. */
    void terminate() throws InterruptedException {
        // Process.destroy would close the stream.
        process.toHandle().destroy();
        var rest = output.lines().collect(Collectors.joining("\n  "));
        var exitCode = process.waitFor();
        if (exitCode != AFTER_SIGTERM) {
            throw new IllegalStateException(
                    "the service ended with exit code " + exitCode + ", not " + AFTER_SIGTERM + ":\n  " + rest);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
