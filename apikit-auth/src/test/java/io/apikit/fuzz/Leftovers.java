package io.apikit.fuzz;

import io.apikit.ApiApp;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.regex.Pattern;

/** What must be gone when the cases are over: connections, places, threads. */
final class Leftovers {
    private static final long MOST_SECONDS = 40;

    /** The threads of the app and of its clients, and none that all clients of a process share. */
    private static final Pattern THREADS = Pattern.compile(
            "apikit-login$|idle-connection-evictor|JettyServerThreadPool|fake-|fuzz-server|fuzz-worker");

    private static final Pattern PLACES =
            Pattern.compile("apikit_backend_places_(used|pending)\\{[^}]*} ([0-9.]+)|apikit_backend_connections\\{[^}]*"
                    + "state=\"(?:leased|in_use|used|active)\"[^}]*} ([0-9.]+)");

    private final FuzzRun run;

    /** Those of other tests in this JVM. */
    private final Set<Thread> threadsBefore =
            Set.copyOf(Thread.getAllStackTraces().keySet());

    Leftovers(FuzzRun run) {
        this.run = run;
    }

    /** Waits until no place and no connection of a backend is in use, and no caller is connected but this one. */
    void assertIdle(ApiApp app) throws Exception {
        awaitZero("connections to the app", () -> connections(app));
        try (var client = new WireClient(app.port(), 20_000)) {
            awaitZero("places and connections in use", () -> placesUsed(client));
        }
    }

    private static int connections(ApiApp app) {
        return Arrays.stream(app.jettyServer().server().getConnectors())
                .mapToInt(connector -> connector.getConnectedEndPoints().size())
                .sum();
    }

    private static int placesUsed(WireClient client) {
        try {
            var metrics = client.get("/metrics", "");
            return PLACES.matcher(metrics.body())
                    .results()
                    .map(found -> found.group(2) == null ? found.group(3) : found.group(2))
                    .mapToInt(value -> (int) Double.parseDouble(value))
                    .sum();
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** Waits until all threads of the app and of the fuzzer's servers are gone. Both must be closed. */
    void assertNoThreads() throws InterruptedException {
        awaitZero("threads", () -> (int) Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> !threadsBefore.contains(thread))
                .filter(thread -> THREADS.matcher(thread.getName()).lookingAt())
                .count());
    }

    void awaitZero(String what, IntSupplier count) throws InterruptedException {
        var never = new CountDownLatch(1);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(MOST_SECONDS);
        while (count.getAsInt() > 0) {
            if (System.nanoTime() - end > 0 || never.await(20, TimeUnit.MILLISECONDS)) {
                run.findings().add("not back to 0 after the cases: " + what + ", " + count.getAsInt());
                return;
            }
        }
        run.tally().checked();
    }
}
