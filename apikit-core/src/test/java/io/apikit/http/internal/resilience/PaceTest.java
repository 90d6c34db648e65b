package io.apikit.http.internal.resilience;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.apikit.BackendError;
import io.apikit.http.BackendRequest;
import io.apikit.http.HttpOptions;
import io.apikit.http.Pace;
import io.apikit.http.RetryPolicy;
import io.apikit.http.Transport;
import io.apikit.http.VirtualTime;
import io.apikit.http.internal.client.GatedHttp;
import io.apikit.http.internal.client.SlowServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A pace in front of a real server that refuses who comes too soon; only the time is not real. */
class PaceTest {
    private static final BackendRequest GET = BackendRequest.get("/slow").timeout(Duration.ofSeconds(30));
    private static final RetryPolicy PATIENT = RetryPolicy.builder().attempts(6).build();

    private final VirtualTime time = new VirtualTime();
    private final List<AutoCloseable> open = new ArrayList<>();
    private Duration patience = Duration.ZERO;
    private SlowServer server = started(() -> patience);

    @Test
    void paceSucceedsWhereFixedRetriesFail() throws Exception {
        server = started(fourToSixAndAHalfSeconds(1));
        var unpaced = transport();
        inTime(() -> {
            for (int i = 0; i < 50; i++) {
                assertThat(unpaced.send(GET).status()).isEqualTo(503);
                time.sleep(Duration.ofSeconds(2));
            }
            return null;
        });
        server.forget();

        var answer = inTime(() -> retrying(paced(Pace.adaptive())).send(GET));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(server.accesses()).hasSize(5);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void eightCallersGetResponsesOrRetryAfter(long seed) throws Exception {
        server = started(fourToSixAndAHalfSeconds(seed));
        var paced = retrying(paced(Pace.adaptive()));
        long began = time.nanoTime();

        var calls = time.run(Collections.nCopies(8, () -> paced.send(GET).orThrow()));

        for (var call : calls) {
            assertRespondedOrDeferred(call);
        }
        assertThat(calls.stream().filter(PaceTest::isAnswered)).isNotEmpty();
        assertThat(Duration.ofNanos(time.nanoTime() - began)).isLessThan(Duration.ofSeconds(30));
        assertThat(server.accesses()).hasSizeLessThanOrEqualTo(8 + 6);
        assertThat(server.gaps()).allMatch(gap -> gap.isZero() || gap.compareTo(Duration.ofSeconds(1)) >= 0);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void learnedPaceIsKept(long seed) throws Exception {
        server = started(fourToSixAndAHalfSeconds(seed));
        var paced = retrying(paced(Pace.adaptive()));
        for (int i = 0; i < 5; i++) {
            time.run(Collections.nCopies(4, () -> paced.send(GET).status()));
        }
        server.forget();

        for (int i = 0; i < 50; i++) {
            time.run(Collections.nCopies(4, () -> paced.send(GET).status()));
        }

        assertThat(server.count(200)).isGreaterThanOrEqualTo(150);
        assertThat(server.count(503)).isLessThan(server.accesses().size() / 8);
        assertThat(server.gaps()).as("faster than the worst case").anyMatch(gap -> gap.toMillis() < 8000);
    }

    @Test
    void noTwoRequestsAreCloserThanTheInterval() throws Exception {
        var paced = paced(Pace.builder().minInterval(Duration.ofMillis(100)).build());
        var first = time.nanoTime();

        var calls = time.run(Collections.nCopies(64, () -> paced.send(GET).status()));

        assertThat(results(calls)).hasSize(64).containsOnly(200);
        assertThat(server.gaps()).hasSize(63).containsOnly(Duration.ofMillis(100));
        assertThat(server.accesses().get(0).at()).isEqualTo(first);
    }

    @Test
    void quietTimeEarnsNoBurst() throws Exception {
        var paced = paced(Pace.builder().minInterval(Duration.ofSeconds(2)).build());
        inTime(() -> paced.send(GET));
        inTime(() -> {
            time.sleep(Duration.ofHours(1));
            return true;
        });

        time.run(Collections.nCopies(3, () -> paced.send(GET).status()));

        assertThat(server.gaps()).containsExactly(Duration.ofHours(1), Duration.ofSeconds(2), Duration.ofSeconds(2));
    }

    @Test
    void successesWithoutAWaitDoNotCount() throws Exception {
        var paced = paced(Pace.adaptive());
        patience = Duration.ofSeconds(1);
        inTime(() -> paced.send(GET));
        for (int i = 0; i < 20; i++) {
            inTime(() -> {
                time.sleep(Duration.ofSeconds(30));
                return paced.send(GET).status();
            });
        }
        server.forget();

        time.run(Collections.nCopies(2, () -> paced.send(GET).status()));

        assertThat(server.gaps()).containsExactly(Duration.ofSeconds(1));
    }

    @Test
    void turnsAreGivenInTheOrderOfRequests() throws Exception {
        var paced = paced(Pace.builder().minInterval(Duration.ofSeconds(2)).build());
        var order = Collections.synchronizedList(new ArrayList<Integer>());
        var callers = new ArrayList<Callable<Integer>>();
        for (int i = 0; i < 10; i++) {
            int caller = (i * 7) % 10;
            callers.add(() -> {
                time.sleep(Duration.ofMillis(10L * caller));
                paced.send(GET);
                order.add(caller);
                return caller;
            });
        }

        time.run(callers);

        assertThat(order).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    }

    @Test
    void tooLongAWaitIsRefusedAtOnce() throws Exception {
        var paced = paced(Pace.builder().minInterval(Duration.ofSeconds(4)).build());
        var began = time.nanoTime();
        inTime(() -> paced.send(GET));

        var error = refusal(() -> paced.send(GET.timeout(Duration.ofSeconds(4))));
        assertThat(time.nanoTime()).isEqualTo(began);
        assertThat(error.statusCode()).isEqualTo(503);
        assertThat(error.headers()).containsEntry("Retry-After", "4");
        assertThat(error.content().orElseThrow()).contains(server.url());

        inTime(() -> paced.send(GET.timeout(Duration.ofSeconds(24))));
        assertThat(server.gaps()).containsExactly(Duration.ofSeconds(4));
    }

    @Test
    void missingTurnIsNotRetried() throws Exception {
        var paced = retrying(paced(Pace.builder()
                .minInterval(Duration.ofSeconds(40))
                .maxInterval(Duration.ofSeconds(40))
                .build()));
        inTime(() -> paced.send(GET));
        long began = time.nanoTime();

        assertThat(refusal(() -> paced.send(GET)).headers()).containsEntry("Retry-After", "40");
        assertThat(time.nanoTime()).isEqualTo(began);
    }

    @Test
    void waitingRequestsLearnOfALongerWait() throws Exception {
        var paced = paced(Pace.builder().minInterval(Duration.ofSeconds(5)).build());
        inTime(() -> paced.send(GET));
        patience = Duration.ofSeconds(60);
        var told = new ArrayList<Long>();
        long began = time.nanoTime();

        time.run(List.of(() -> paced.send(GET).status(), () -> {
            time.sleep(Duration.ofMillis(1));
            assertThat(caught(() -> paced.send(GET.timeout(Duration.ofSeconds(12))))
                            .statusCode())
                    .isEqualTo(503);
            return told.add(time.nanoTime() - began);
        }));

        assertThat(told)
                .singleElement()
                .satisfies(after -> assertThat(after)
                        .isBetween(
                                Duration.ofSeconds(5).toNanos(),
                                Duration.ofSeconds(6).toNanos()));
        assertThat(server.accesses()).hasSize(2);
    }

    @Test
    void waitingLineIsBounded() throws Exception {
        var paced = paced(
                Pace.builder().minInterval(Duration.ofSeconds(1)).maxWaiting(3).build());

        var calls = time.run(Collections.nCopies(8, () -> paced.send(GET).status()));

        assertThat(calls.stream().filter(PaceTest::isAnswered)).hasSize(4);
        for (var call : calls) {
            assertRespondedOrDeferred(call);
        }
        assertThat(server.accesses()).hasSize(4);
    }

    @Test
    void retryAfterPausesAllRequests() throws Exception {
        var paced = paced(Pace.adaptive());
        patience = Duration.ofSeconds(3);
        server.sayRetryAfter("9");
        inTime(() -> paced.send(GET));
        inTime(() -> paced.send(GET));

        assertThat(server.gaps()).containsExactly(Duration.ofSeconds(9));
        assertThat(server.accesses().get(1).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"31536000", "Fri, 01 Mar 2126 12:00:00 GMT"})
    void retryAfterOfAYearIsCutShort(String year) throws Exception {
        var paced = paced(Pace.builder().maxPause(Duration.ofSeconds(20)).build());
        patience = Duration.ofSeconds(3);
        server.sayRetryAfter(year);
        inTime(() -> paced.send(GET));
        inTime(() -> paced.send(GET));

        assertThat(server.gaps()).containsExactly(Duration.ofSeconds(20));
    }

    @Test
    void refusalWithoutRetryAfterGetsOne() throws Exception {
        patience = Duration.ofSeconds(3);
        var paced = paced(Pace.builder().firstInterval(Duration.ofMillis(1500)).build());

        var answer = inTime(() -> paced.send(GET));

        assertThat(answer.header("Retry-After")).isEmpty();
        assertThat(answer.toError().headers()).containsEntry("Retry-After", "2");
        server.sayRetryAfter("7");
        assertThat(inTime(() -> paced.send(GET)).toError().headers()).containsEntry("Retry-After", "7");
    }

    @Test
    void otherFailuresDoNotSlowThePace() throws Exception {
        var paced = paced(Pace.adaptive());
        inTime(() -> paced.send(BackendRequest.get("/nothing-here")));
        inTime(() -> paced.send(GET));

        assertThat(server.accesses().get(0).at()).isEqualTo(time.nanoTime());
    }

    @Test
    void interruptedRequestLeavesTheLine() throws Exception {
        var paced = paced(Pace.builder().minInterval(Duration.ofSeconds(2)).build());
        inTime(() -> paced.send(GET));
        long began = time.nanoTime();

        var calls = time.run(List.of(
                () -> {
                    Thread.currentThread().interrupt();
                    return paced.send(GET).status();
                },
                () -> interruptedWhileWaiting(paced),
                () -> {
                    time.sleep(Duration.ofMillis(5));
                    return paced.send(GET).status();
                }));

        assertThat(error(calls.get(0)).statusCode()).isEqualTo(503);
        assertThat(error(calls.get(1)).content().orElseThrow()).contains("interrupted");
        assertThat(calls.get(2).get()).isEqualTo(200);
        assertThat(Duration.ofNanos(time.nanoTime() - began)).isLessThanOrEqualTo(Duration.ofSeconds(4));
    }

    @Test
    void unpacedRequestsDoNotWait() throws Exception {
        var transport = transport();
        var paced = transport.paced(
                Pace.builder().minInterval(Duration.ofSeconds(2)).build());
        inTime(() -> paced.send(GET));
        inTime(() -> transport.send(GET));
        inTime(() -> paced.at(server.url()).send(GET));
        inTime(() -> paced.send(GET));

        assertThat(server.gaps()).containsExactly(Duration.ZERO, Duration.ZERO, Duration.ofSeconds(2));
    }

    @Test
    void badSettingsAreNamed() {
        var builder = Pace.builder();
        assertNamed("minInterval", () -> builder.minInterval(Duration.ofSeconds(-1)));
        assertNamed("firstInterval", () -> builder.firstInterval(Duration.ZERO));
        assertNamed("maxInterval", () -> builder.maxInterval(Duration.ofDays(1)));
        assertNamed("maxPause", () -> builder.maxPause(Duration.ofDays(365)));
        assertNamed("maxWaiting", () -> builder.maxWaiting(0));
        assertNamed(
                "firstInterval",
                () -> Pace.builder().maxInterval(Duration.ofMillis(500)).build());
    }

    private static void assertNamed(String setting, Supplier<?> call) {
        assertThatThrownBy(call::get)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(setting);
    }

    private int interruptedWhileWaiting(Transport paced) throws InterruptedException {
        time.sleep(Duration.ofMillis(1));
        var me = Thread.currentThread();
        time.interruptNextSleepOf(me);
        return paced.send(GET).status();
    }

    private static Supplier<Duration> fourToSixAndAHalfSeconds(long seed) {
        var random = new Random(seed);
        return () -> Duration.ofMillis(4000 + random.nextInt(2500));
    }

    private SlowServer started(Supplier<Duration> patience) {
        var slow = new SlowServer(time, patience);
        open.add(slow);
        return slow;
    }

    private GatedHttp transport() {
        var transport = GatedHttp.to(server.url(), HttpOptions.defaults(), time);
        open.add(transport);
        return transport;
    }

    private GatedHttp paced(Pace pace) {
        return transport().paced(pace);
    }

    private Transport retrying(Transport next) {
        return Retries.retrying(PATIENT, next, time);
    }

    private <T> T inTime(Callable<T> call) throws Exception {
        return time.run(List.of(call)).get(0).get();
    }

    private BackendError refusal(Callable<?> call) throws Exception {
        return inTime(() -> caught(call));
    }

    private static BackendError caught(Callable<?> call) {
        return catchThrowableOfType(BackendError.class, call::call);
    }

    private static void assertRespondedOrDeferred(Future<?> call) {
        if (!isAnswered(call)) {
            var error = error(call);
            assertThat(error.statusCode()).isEqualTo(503);
            assertThat(Integer.parseInt(error.headers().get("Retry-After"))).isPositive();
        }
    }

    private static boolean isAnswered(Future<?> call) {
        try {
            call.get();
            return true;
        } catch (ExecutionException failed) {
            return false;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static BackendError error(Future<?> call) {
        var failed = catchThrowableOfType(ExecutionException.class, call::get);
        if (failed.getCause() instanceof BackendError error) {
            return error;
        }
        throw new AssertionError("failed otherwise than with a BackendError", failed);
    }

    private static <T> List<T> results(List<Future<T>> calls) throws Exception {
        var results = new ArrayList<T>();
        for (var call : calls) {
            results.add(call.get());
        }
        return results;
    }

    @AfterEach
    void end() throws Exception {
        for (var resource : open) {
            resource.close();
        }
    }
}
