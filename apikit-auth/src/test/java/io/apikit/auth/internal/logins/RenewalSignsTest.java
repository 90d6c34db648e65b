package io.apikit.auth.internal.logins;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.apikit.BackendError;
import io.apikit.auth.internal.logins.RenewalSigns.Sign;
import io.apikit.http.BackendResponse;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RenewalSignsTest {
    private static final RenewalSigns SIGNS =
            RenewalSigns.UNAUTHORIZED.renewWhen(response -> response.text().contains("expired"));

    private static BackendResponse whole(int status, String body) {
        return BackendResponse.of(status, Map.of(), body.getBytes(UTF_8));
    }

    @ParameterizedTest
    @CsvSource({
        "401, fine, NOTHING_DONE",
        "401, expired, NOTHING_DONE",
        "200, fine, NONE",
        "200, expired, MAYBE_DONE",
        "403, expired, MAYBE_DONE",
        "500, expired, MAYBE_DONE"
    })
    void predicateCountsBesidesTheStatuses(int status, String body, Sign sign) {
        assertThat(SIGNS.of(whole(status, body))).isEqualTo(sign);
        assertThat(SIGNS.meansNothingDone().of(whole(status, body)))
                .isEqualTo(sign == Sign.NONE ? Sign.NONE : Sign.NOTHING_DONE);
    }

    @Test
    void statusesReplaceThoseBefore() {
        var signs = SIGNS.renewOn(403, 419);

        assertThat(signs.of(whole(419, ""))).isEqualTo(Sign.NOTHING_DONE);
        assertThat(signs.of(whole(401, ""))).isEqualTo(Sign.NONE);
        assertThat(signs.of(whole(401, "expired"))).isEqualTo(Sign.MAYBE_DONE);
        assertThat(signs.renewOn().of(whole(403, ""))).isEqualTo(Sign.NONE);
        assertThat(RenewalSigns.NONE.of(whole(401, "expired"))).isEqualTo(Sign.NONE);
    }

    @ParameterizedTest
    @ValueSource(ints = {99, 600, -1})
    void statusThatIsNoneIsRefused(int status) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SIGNS.renewOn(200, status))
                .withMessage("renewOn takes HTTP statuses, not " + status);
    }

    @Test
    void whatThePredicateThrowsIsItsOwn() {
        for (var thrown : List.of(new IllegalStateException("secret"), BackendError.of(502, "secret"))) {
            var signs = SIGNS.renewWhen(response -> {
                throw thrown;
            });
            assertThatExceptionOfType(RenewalSigns.PredicateFailure.class)
                    .isThrownBy(() -> signs.of(whole(200, "")))
                    .withCause(thrown)
                    .withMessageNotContaining("secret");
        }
        assertThatExceptionOfType(RenewalSigns.PredicateFailure.class)
                .isThrownBy(() -> SIGNS.renewWhen(response -> {
                            throw new StackOverflowError();
                        })
                        .of(whole(200, "")));
    }

    @ParameterizedTest
    @CsvSource({
        // The status and the length of a body that is still on the wire; whether it is read.
        "200, 7, true",
        "200, 65536, true",
        "200, 65537, false",
        "200, 99999999999999999999, false",
        "200, +7, false",
        "200, '', false",
        "206, 7, true",
        "302, '', false",
        "400, '', true",
        "500, 99999999, true"
    })
    void bodyOnTheWireIsReadOnlyIfItIsShort(int status, String length, boolean isRead) {
        var reads = new AtomicInteger();
        var headers = length.isEmpty() ? Map.<String, List<String>>of() : Map.of("content-length", List.of(length));
        var streamed = BackendResponse.open(status, null, headers, () -> {
            reads.incrementAndGet();
            return "expired".getBytes(UTF_8);
        });

        assertThat(SIGNS.of(streamed)).isEqualTo(isRead ? Sign.MAYBE_DONE : Sign.NONE);
        assertThat(reads.get() > 0).isEqualTo(isRead);
        assertThat(streamed.isWhole()).isFalse();
        assertThat(whole(200, "").isWhole()).isTrue();
    }

    @Test
    void backendThatBreaksOffIsNoFaultOfThePredicate() {
        var broken = BackendResponse.open(500, null, Map.of(), () -> {
            throw BackendError.of(504, "too slow");
        });

        assertThatExceptionOfType(BackendError.class)
                .isThrownBy(() -> SIGNS.of(broken))
                .matches(error -> error.statusCode() == 504);
    }
}
