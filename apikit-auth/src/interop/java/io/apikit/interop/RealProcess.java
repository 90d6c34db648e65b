package io.apikit.interop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * A server's process: its output goes to a file of its own below {@code target/interop-logs}, and it ends, by its id,
 * with {@link #close} or at the latest with this JVM.
 */
final class RealProcess implements AutoCloseable {
    private static final Set<RealProcess> RUNNING = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime()
                .addShutdownHook(new Thread(() -> RUNNING.forEach(RealProcess::kill), "ends-the-real-servers"));
    }

    private final String name;
    private final Process process;
    private final Path log;

    private RealProcess(String name, Process process, Path log) {
        this.name = name;
        this.process = process;
        this.log = log;
        RUNNING.add(this);
    }

    static RealProcess start(String name, Map<String, String> environment, List<String> command) {
        try {
            var log = Files.createTempFile(Files.createDirectories(Installed.logs()), name + "-", ".log");
            var builder = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
            builder.environment().putAll(environment);
            return new RealProcess(name, builder.start(), log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until this address answers 200. */
    RealProcess awaitReady(String uri, Duration atMost) {
        Await.until(name + " at " + uri + " is ready; its log: " + log, atMost, () -> {
            if (!process.isAlive()) {
                throw new AssertionError(name + " ended: " + log());
            }
            return Web.get(uri).statusCode() == 200;
        });
        return this;
    }

    String log() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroy);
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                kill();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            kill();
        }
        RUNNING.remove(this);
    }

    private void kill() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
