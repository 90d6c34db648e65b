package io.apikit.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Callers of all sorts, and everything going wrong behind the service, for a minute; for longer with the system property
 * {@code apikit.soak}, an ISO 8601 duration, as the Maven profile {@code soak} sets it.
 */
@Tag("thorough")
class SoakTest {
    private static final Logger log = LoggerFactory.getLogger(SoakTest.class);

    private static final Duration LENGTH = Duration.parse(System.getProperty("apikit.soak", "PT30S"));
    private static final int CALLERS = 12;
    private static final int SAMPLES = 6;
    private static final long FAULT_EVERY_MS = 200;
    private static final long HEAP_GROWTH = 8 << 20;
    private static final Pattern ITS_THREADS =
            Pattern.compile("apikit-login$|idle-connection-evictor|faulty-server|JettyServerThreadPool|fake-");

    private final long seed = Long.getLong("apikit.soak.seed", System.nanoTime());
    private final CountDownLatch over = new CountDownLatch(1);

    /** Those of servers that other tests share. */
    private final Set<Thread> others = Set.copyOf(Thread.getAllStackTraces().keySet());

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpClient client = HttpClient.newHttpClient();

    @Test
    void underFaultsOfEveryKindNothingIsLostMixedUpOrLeaked() throws Exception {
        log.info("Soaking for {} with seed {}", LENGTH, seed);
        try (var service = new SoakedService()) {
            var callers = callers(service);
            var running = new ArrayList<Future<?>>();
            callers.forEach(caller -> running.add(threads.submit(() -> call(caller))));
            var faults = new SoakFaults(service.proxy, seed);
            running.add(threads.submit(() -> breakThings(faults)));

            assertFlat(samples(service, running));
            over.countDown();
            for (var task : running) {
                task.get(60, TimeUnit.SECONDS);
            }
            assertThatItWasNotAllErrors(callers);
            faults.mend();
            assertAllIsWellAgain(service);
            assertNothingIsLeftOpen(service);
        } finally {
            threads.shutdownNow();
        }
        assertThatItsThreadsAreGone();
    }

    private List<SoakCaller> callers(SoakedService service) {
        var callers = new ArrayList<SoakCaller>();
        for (int i = 1; i <= CALLERS; i++) {
            callers.add(new SoakCaller(service.port(), client, seed + i));
        }
        return callers;
    }

    private Void call(SoakCaller caller) throws Exception {
        while (over.getCount() > 0) {
            caller.callOnce();
        }
        return null;
    }

    private Void breakThings(SoakFaults faults) throws InterruptedException {
        while (!over.await(FAULT_EVERY_MS, TimeUnit.MILLISECONDS)) {
            faults.run();
        }
        return null;
    }

    /** Of the whole time but its first part, in which classes are loaded and pools filled. */
    private List<Vitals> samples(SoakedService service, List<Future<?>> running)
            throws InterruptedException, ExecutionException {
        var samples = new ArrayList<Vitals>();
        for (int i = 0; i <= SAMPLES; i++) {
            assertThat(over.await(LENGTH.toMillis() / (SAMPLES + 1), TimeUnit.MILLISECONDS))
                    .isFalse();
            for (var task : running) {
                if (task.isDone()) {
                    task.get();
                }
            }
            samples.add(Vitals.now());
            assertThat(service.guarded.sessions().size()).isLessThanOrEqualTo(SoakedService.MOST_SESSIONS + CALLERS);
            assertThat(service.faulty.openConnections()).isLessThanOrEqualTo(SoakedService.MOST_CONNECTIONS + CALLERS);
        }
        log.info("{}", samples);
        return samples;
    }

    private static void assertFlat(List<Vitals> samples) {
        var early = samples.subList(0, SAMPLES / 2);
        var late = samples.subList(SAMPLES / 2 + 1, samples.size());
        assertThat(leastHeap(late)).as("%s", samples).isLessThan(leastHeap(early) + HEAP_GROWTH);
        assertThat(leastThreads(late)).as("%s", samples).isLessThanOrEqualTo(mostThreads(early) + CALLERS);
    }

    private static long leastHeap(List<Vitals> samples) {
        return samples.stream().mapToLong(Vitals::heapBytes).min().orElseThrow();
    }

    private static int leastThreads(List<Vitals> samples) {
        return samples.stream().mapToInt(Vitals::threads).min().orElseThrow();
    }

    private static int mostThreads(List<Vitals> samples) {
        return samples.stream().mapToInt(Vitals::threads).max().orElseThrow();
    }

    private static void assertThatItWasNotAllErrors(List<SoakCaller> callers) {
        long answers = callers.stream().mapToLong(SoakCaller::answers).sum();
        long errors = callers.stream().mapToLong(SoakCaller::errors).sum();
        log.info("{} answers, {} errors", answers, errors);
        // How many requests meet a fault depends on the machine.
        assertThat(answers).isGreaterThan(errors / 3).isGreaterThan(LENGTH.toSeconds() * 20);
        assertThat(errors).isPositive();
    }

    /** Every user is served at once, in its own name: no place, no login and no circuit was lost to what went before. */
    private void assertAllIsWellAgain(SoakedService service) throws InterruptedException {
        var users = new ArrayList<Credentials>();
        for (int i = 0; i < SoakedService.USERS; i++) {
            var name = SoakedService.user(i);
            users.add(Credentials.password(name, SoakedService.password(name)));
        }
        Vitals.await(
                "everybody is served",
                Duration.ofSeconds(30),
                () -> users.stream().allMatch(user -> isServed(service, user)));
        assertThat(service.guarded.sessions().size()).isLessThanOrEqualTo(SoakedService.MOST_SESSIONS);
    }

    private static boolean isServed(SoakedService service, Credentials user) {
        try {
            return ((Credentials.Password) user)
                    .username()
                    .equals(service.guarded.session(user).get("/whoami").text());
        } catch (io.apikit.BackendError notYet) {
            return false;
        }
    }

    private static void assertNothingIsLeftOpen(SoakedService service) throws InterruptedException {
        service.stop();
        service.faulty.awaitOpen(0);
        assertThat(service.guarded.sessions().size()).isZero();
    }

    /** But for those that all clients share, and those of the JVM's own and the test's client, which have come since. */
    private void assertThatItsThreadsAreGone() throws InterruptedException {
        Vitals.await(
                "no thread is left", Duration.ofSeconds(30), () -> itsThreads().isEmpty());
        assertThat(newThreads().filter(name -> !name.startsWith("HttpClient-"))).hasSizeLessThan(20);
    }

    private List<String> itsThreads() {
        return newThreads()
                .filter(name -> ITS_THREADS.matcher(name).lookingAt())
                .toList();
    }

    private Stream<String> newThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> !others.contains(thread))
                .map(Thread::getName);
    }
}
