package io.apikit.example;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Runs {@link MyMicroservice} on platform threads, in a JVM of its own. For each line on standard input it prints how many
 * bytes the service's threads have allocated so far. It ends with standard input. {@link RequestCosts} starts it.
 */
final class MeteredService {
    private MeteredService() {}

    /** Starts the service with its arguments, and serves the lines of standard input. */
    public static void main(String... args) throws IOException {
        // The allocation of virtual threads is not counted.
        MyMicroservice.SERVICE
                .configure(app -> app.javalin(config -> config.concurrency.useVirtualThreads = false))
                .main(args);
        var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        while (in.readLine() != null) {
            System.out.println("allocated " + allocatedByOthers());
        }
        System.exit(0);
    }

    /** Returns the allocation of all threads but this one, which serves no request. A thread that has ended is not counted. */
    private static long allocatedByOthers() {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        var own = Thread.currentThread().getId();
        var others =
                Arrays.stream(threads.getAllThreadIds()).filter(id -> id != own).toArray();
        return Arrays.stream(threads.getThreadAllocatedBytes(others))
                .filter(bytes -> bytes > 0)
                .sum();
    }
}
