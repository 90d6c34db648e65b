package io.apikit.bench.load;

import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The processes that the bench has started. All of them end with the bench, even if it fails. */
final class Offspring {
    private static final Set<Process> STARTED = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> STARTED.forEach(Offspring::kill), "offspring"));
    }

    private Offspring() {}

    static Process start(ProcessBuilder builder) throws IOException {
        STARTED.removeIf(process -> !process.isAlive());
        var process = builder.start();
        STARTED.add(process);
        return process;
    }

    /** Kills a process and its descendants. */
    static void kill(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
