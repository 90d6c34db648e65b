package io.apikit.http.internal.resilience;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.apikit.BackendError;
import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import io.apikit.http.Deadline;
import io.apikit.http.FakeTiming;
import io.apikit.http.RetryPolicy;
import io.apikit.http.Transport;
import io.apikit.http.internal.resilience.TransportFailure.Kind;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetryPolicyTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final BackendRequest GET = BackendRequest.get("/");

    private final FakeTiming timing = new FakeTiming();
    private final Deque<Supplier<BackendResponse>> script = new ArrayDeque<>();
    private final List<BackendRequest> sent = new ArrayList<>();
    private double random = 0.5;

    @Test
    void retriesUntilSuccess() {
        answers(503, 502, 200);

        assertThat(standard().send(GET).status()).isEqualTo(200);
        assertThat(sent).hasSize(3);
    }

    @Test
    void returnsTheLastResponseOnExhaustion() {
        answers(502, 503, 504, 200);

        assertThat(standard().send(GET).status()).isEqualTo(504);
        assertThat(sent).hasSize(3);
    }

    @Test
    void throwsTheLastErrorOnExhaustion() {
        var last = fault(Kind.TIMEOUT);
        fails(fault(Kind.RESET), fault(Kind.REFUSED), last);

        assertThatThrownBy(() -> standard().send(GET)).isSameAs(last);
        assertThat(sent).hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 204, 302, 400, 401, 403, 404, 409, 422, 500, 501})
    void doesNotRetryOtherStatuses(int status) {
        answers(status);

        assertThat(standard().send(GET).status()).isEqualTo(status);
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"REFUSED", "RESET", "STALE", "TRUNCATED", "TIMEOUT"})
    void retriesFailuresThatMayPass(Kind kind) {
        fails(fault(kind));
        answers(200);

        assertThat(standard().send(GET).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"REFUSED", "RESET", "STALE", "TRUNCATED", "TIMEOUT"})
    void doesNotRetryFailuresThatWillStay(Kind kind) {
        var error = fault(kind);
        fails(error);

        assertThatThrownBy(() -> standard().send(GET)).isSameAs(error);
        assertThat(sent).hasSize(1);
    }

    @Test
    void doesNotRetryAnErrorOfAnotherLayer() {
        fails(BackendError.of(503, "login is down"));

        assertThatThrownBy(() -> standard().send(GET)).isInstanceOf(BackendError.class);
        assertThat(sent).hasSize(1);
    }

    @Test
    void neverRetriesWhatIsNotIdempotent() {
        answers(503);
        assertThat(standard().send(BackendRequest.post("/")).status()).isEqualTo(503);
        fails(fault(Kind.REFUSED));
        assertThatThrownBy(() -> standard().send(BackendRequest.post("/"))).isInstanceOf(BackendError.class);
        assertThat(sent).hasSize(2);

        answers(503, 200);
        assertThat(standard().send(BackendRequest.post("/").idempotent(true)).status())
                .isEqualTo(200);
    }

    @Test
    void aStatusThatMeansNotDoneIsRetriedForPostToo() {
        var policy = RetryPolicy.builder().retryPostOn(429).build();
        for (var request : List.of(BackendRequest.post("/"), BackendRequest.patch("/"), GET.idempotent(false))) {
            answers(429, 429, 200);
            assertThat(retrying(policy).send(request).status()).isEqualTo(200);
        }
        answers(429, 200);
        assertThat(retrying(policy).send(GET).status()).isEqualTo(200);
        assertThat(sent).hasSize(11);
    }

    @Test
    void nothingElseOfAPostIsRetried() {
        var policy = RetryPolicy.builder().retryPostOn(429).build();
        answers(503);
        assertThat(retrying(policy).send(BackendRequest.post("/")).status()).isEqualTo(503);
        answers(429);
        var once = BackendRequest.post("/").body(InputStream.nullInputStream(), "text/plain");
        assertThat(retrying(policy).send(once).status()).isEqualTo(429);
        fails(fault(Kind.RESET));
        assertThatThrownBy(() -> retrying(policy).send(BackendRequest.post("/")))
                .isInstanceOf(BackendError.class);
        assertThat(sent).hasSize(3);
    }

    @Test
    void aDeleteIsNotSentAgainAfterATimeout() {
        var delete = BackendRequest.delete("/");
        answers(504);
        assertThat(standard().send(delete).status()).isEqualTo(504);
        fails(fault(Kind.TIMEOUT));
        assertThatThrownBy(() -> standard().send(delete)).isInstanceOf(BackendError.class);
        assertThat(sent).hasSize(2);
    }

    @Test
    void aDeleteIsSentAgainWhereNoneWasCarriedOut() {
        var delete = BackendRequest.delete("/");
        answers(502, 503, 200);
        assertThat(standard().send(delete).status()).isEqualTo(200);
        fails(
                fault(Kind.RESET),
                new TransportFailure(Kind.TIMEOUT, "fault", null)
                        .beforeSending()
                        .toError());
        answers(200);
        assertThat(standard().send(delete).status()).isEqualTo(200);
        assertThat(sent).hasSize(6);
    }

    @Test
    void aTimeoutStopsNoOtherIdempotentRequest() {
        for (var request : List.of(
                GET,
                BackendRequest.head("/"),
                BackendRequest.put("/"),
                BackendRequest.post("/").idempotent(true),
                BackendRequest.delete("/").idempotent(true))) {
            fails(fault(Kind.TIMEOUT));
            answers(504, 200);
            assertThat(standard().send(request).status()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "RateLimit-Reset, 7, 7000",
        "RateLimit-Reset, 6.2, 6200",
        "X-RateLimit-Reset, 7, 7000",
        "X-RateLimit-Reset, 1772366407, 7000",
        "X-RateLimit-Reset, 1772366407.25, 7250",
        "X-RateLimit-Reset, 1772366407250, 7250",
        "X-RateLimit-Reset, 'Sun, 01 Mar 2026 12:00:07 GMT', 7000"
    })
    void aResetIsTheDelayWhereThereIsNoRetryAfter(String header, String reset, long millis) {
        random = 0;
        for (int status : new int[] {429, 503}) {
            answers(limited(status, Map.of(header, List.of(reset))), answer(200, ""));
            standard().send(GET);
        }
        assertThat(timing.slept).containsExactly(Duration.ofMillis(millis), Duration.ofMillis(millis));
    }

    @Test
    void retryAfterIsStrongerThanAResetAndTheStandardsThanAnother() {
        random = 0;
        var both = Map.of("RateLimit-Reset", List.of("3"), "X-RateLimit-Reset", List.of("9"));
        answers(
                limited(429, Map.of("Retry-After", List.of("2"), "RateLimit-Reset", List.of("9"))),
                limited(429, both),
                answer(200, ""));
        standard().send(GET);
        assertThat(timing.slept).containsExactly(Duration.ofSeconds(2), Duration.ofSeconds(3));
    }

    @ParameterizedTest
    @CsvSource({
        "X-RateLimit-Reset, 0",
        "X-RateLimit-Reset, 1772366399",
        "X-RateLimit-Reset, -3",
        "X-RateLimit-Reset, soon",
        "RateLimit-Reset, ''"
    })
    void aResetThatSaysNothingIsIgnored(String header, String reset) {
        answers(limited(429, Map.of(header, List.of(reset))), answer(200, ""));
        standard().send(GET);
        assertThat(timing.slept).containsExactly(Duration.ofMillis(50));
    }

    @Test
    void aResetOfALimitThatIsNotReachedIsIgnored() {
        answers(
                limited(503, Map.of("X-RateLimit-Remaining", List.of("57"), "X-RateLimit-Reset", List.of("9"))),
                limited(503, Map.of("X-RateLimit-Remaining", List.of("0"), "X-RateLimit-Reset", List.of("9"))),
                answer(200, ""));
        standard().send(GET);
        assertThat(timing.slept).containsExactly(Duration.ofMillis(50), Duration.ofMillis(9900));
    }

    @Test
    void delayIsExponentialWithFullJitter() {
        var policy = RetryPolicy.builder()
                .attempts(6)
                .baseDelay(Duration.ofMillis(100))
                .maxDelay(Duration.ofMillis(500));
        answers(503, 503, 503, 503, 503, 503);
        random = 1;
        retrying(policy.build()).send(GET);

        assertThat(timing.slept).extracting(Duration::toMillis).containsExactly(100L, 200L, 400L, 500L, 500L);
    }

    @Test
    void jitterReachesDownToZero() {
        answers(503, 503, 200);
        random = 0;
        standard().send(GET);

        assertThat(timing.slept).containsExactly(Duration.ZERO, Duration.ZERO);
    }

    @Test
    void hugeDelaysDoNotOverflow() {
        var policy = RetryPolicy.builder()
                .attempts(100)
                .baseDelay(Duration.ofDays(1))
                .maxDelay(Duration.ofDays(1))
                .build();
        random = 1;
        var backoff = new Backoff(policy, InstantSource.fixed(NOW), () -> random);

        for (int made = 1; made < 100; made++) {
            assertThat(backoff.after(made, answer(502, ""), Optional.empty())).contains(Duration.ofDays(1));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"7", "007", "Sun, 01 Mar 2026 12:00:07 GMT", "Sunday, 01-Mar-26 12:00:07 GMT"})
    void retryAfterIsTheDelay(String value) {
        random = 0;
        for (int status : new int[] {429, 503}) {
            answers(answer(status, value), answer(200, ""));
            standard().send(GET);
        }

        assertThat(timing.slept).containsExactly(Duration.ofSeconds(7), Duration.ofSeconds(7));
    }

    /** Each gets another moment, none an earlier one. */
    @ParameterizedTest
    @CsvSource({"0, 2000", "0.5, 2200", "0.9999, 2399"})
    void retryAfterIsNeverEarlierAndUpToAFifthLater(double chance, long millis) {
        random = chance;
        answers(answer(503, "2"), answer(200, ""));
        standard().send(GET.timeout(Duration.ofMinutes(1)));

        assertThat(timing.slept.get(0).toMillis()).isEqualTo(millis);
    }

    @Test
    void jitterOfARetryAfterKeepsWithinTheMaximumAndTheDeadline() {
        random = 1;
        answers(answer(503, "19"), answer(200, ""), answer(503, "5"), answer(200, ""));
        standard().send(GET);
        standard().send(GET.timeout(Duration.ofMillis(5200)));

        assertThat(timing.slept).containsExactly(Duration.ofSeconds(20), Duration.ofMillis(5100));
    }

    @ParameterizedTest
    @ValueSource(strings = {"soon", "-7", "7.5", "Sun, 01 Mar 2026 11:59:59 GMT", "7 s", ""})
    void uselessRetryAfterIsIgnored(String value) {
        answers(answer(503, value), answer(200, ""));
        standard().send(GET);

        assertThat(timing.slept).containsExactly(Duration.ofMillis(50));
    }

    @Test
    void retryAfterCountsOn429And503Only() {
        answers(answer(502, "7"), answer(504, "7"), answer(200, ""));
        standard().send(GET);

        assertThat(timing.slept).containsExactly(Duration.ofMillis(50), Duration.ofMillis(100));
    }

    @Test
    void retryAfterWithinTheMaximumIsHonoured() {
        answers(answer(503, "20"), answer(200, ""));

        assertThat(standard().send(GET).status()).isEqualTo(200);
        assertThat(timing.slept).containsExactly(Duration.ofSeconds(20));
    }

    @ParameterizedTest
    @ValueSource(strings = {"21", "31536000", "99999999999999999999999999", "Fri, 31 Dec 9999 12:00:00 GMT"})
    void retryAfterBeyondTheMaximumMeansNoRetry(String value) {
        answers(answer(503, value), answer(200, ""));

        assertThat(standard().send(GET).status()).isEqualTo(503);
        assertThat(timing.slept).isEmpty();
    }

    @Test
    void noRetrySleepsPastTheDeadline() {
        answers(answer(503, "5"), answer(200, ""));
        assertThat(standard().send(GET.timeout(Duration.ofSeconds(5))).status()).isEqualTo(503);
        assertThat(timing.slept).isEmpty();

        script.clear();
        answers(answer(503, "5"), answer(200, ""));
        assertThat(standard().send(GET.timeout(Duration.ofMillis(5001))).status())
                .isEqualTo(200);
    }

    @Test
    void attemptsShareOneDeadline() {
        answers(503, 503, 200);
        standard().send(GET.timeout(Duration.ofSeconds(5)));

        var deadlines = sent.stream().map(request -> request.deadline().orElseThrow());
        assertThat(deadlines.distinct()).hasSize(1);
    }

    @Test
    void requestIsSentAsItIs() {
        var deadline = Deadline.after(Duration.ofSeconds(1), timing);
        answers(200, 200);
        standard().send(GET.timeout(Duration.ofSeconds(5)).deadline(deadline));
        standard().send(GET);

        assertThat(sent.get(0).deadline()).containsSame(deadline);
        assertThat(sent.get(1).deadline()).isEmpty();
    }

    @Test
    void interruptedSleepReturnsTheLastResponse() {
        answers(503, 200);
        Thread.currentThread().interrupt();
        var response = standard().send(GET);

        assertThat(Thread.interrupted()).isTrue();
        assertThat(response.status()).isEqualTo(503);
        assertThat(sent).hasSize(1);
    }

    @Test
    void policyOfOneAttemptIsTheTransportItself() {
        Transport next = this::next;

        assertThat(created(RetryPolicy.none(), next)).isSameAs(next);
        assertThat(created(RetryPolicy.builder().attempts(1).build(), next)).isSameAs(next);
        assertThat(created(RetryPolicy.builder().attempts(2).build(), next)).isNotSameAs(next);
    }

    @Test
    void statusesReplaceTheDefaults() {
        answers(500, 200);
        var policy = RetryPolicy.builder().retryOn(500).build();
        assertThat(retrying(policy).send(GET).status()).isEqualTo(200);
        answers(503);
        assertThat(retrying(policy).send(GET).status()).isEqualTo(503);
    }

    @Test
    void badSettingsAreNamed() {
        var builder = RetryPolicy.builder();
        assertNamed("attempts", () -> builder.attempts(0));
        assertNamed("baseDelay", () -> builder.baseDelay(Duration.ZERO));
        assertNamed("maxDelay", () -> builder.maxDelay(Duration.ofSeconds(-1)));
        assertNamed("retryOn", () -> builder.retryOn(399));
        assertNamed("retryOn", () -> builder.retryOn(600));
        assertNamed("retryPostOn", () -> builder.retryPostOn(200));
        assertNamed(
                "maxDelay",
                () -> RetryPolicy.builder()
                        .baseDelay(Duration.ofSeconds(2))
                        .maxDelay(Duration.ofSeconds(1))
                        .build());
    }

    private static void assertNamed(String setting, Supplier<?> call) {
        var error = catchThrowableOfType(IllegalArgumentException.class, call::get);
        assertThat(error).hasMessageContaining(setting);
    }

    private Transport created(RetryPolicy policy, Transport next) {
        return RetryingTransport.create(policy, new RetryBudget(policy.budget()), timing, () -> random, next);
    }

    private Transport standard() {
        return retrying(RetryPolicy.standard());
    }

    private Transport retrying(RetryPolicy policy) {
        var budget = new RetryBudget(policy.budget());
        return Retries.retrying(policy, budget, this::next, timing, InstantSource.fixed(NOW), () -> random);
    }

    private BackendResponse next(BackendRequest request) {
        sent.add(request);
        return script.remove().get();
    }

    private void answers(int... statuses) {
        for (int status : statuses) {
            answers(answer(status, ""));
        }
    }

    private void answers(BackendResponse... responses) {
        for (var response : responses) {
            script.add(() -> response);
        }
    }

    private void fails(BackendError... errors) {
        for (var error : errors) {
            script.add(() -> {
                throw error;
            });
        }
    }

    private static BackendResponse answer(int status, String retryAfter) {
        return BackendResponse.of(status, Map.of("retry-after", List.of(retryAfter)), new byte[0]);
    }

    private static BackendResponse limited(int status, Map<String, List<String>> headers) {
        return BackendResponse.of(status, headers, new byte[0]);
    }

    private static BackendError fault(Kind kind) {
        return new TransportFailure(kind, "fault", null).toError();
    }
}
