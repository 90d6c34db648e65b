package io.apikit.auth;

import static io.apikit.auth.SessionTest.assertFails;
import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.BackendError;
import io.apikit.auth.internal.logins.LoginCap;
import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import io.apikit.http.Deadline;
import io.apikit.internal.limits.Rate;
import io.apikit.internal.limits.TokenBucket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a login has left for itself once its turn has come, in time that only its waits move. */
class LoginHttpTransportTest {
    private static final BackendRequest LOGIN = BackendRequest.post("/login");
    private static final Duration TOTAL = Duration.ofSeconds(30);

    private final FakeTiming timing = new FakeTiming();
    private final List<Duration> left = new ArrayList<>();

    @Test
    void loginsUnderOverloadKeepMostOfTheirTime() {
        var cap = bucket(500, Duration.ofMillis(20));
        int refused = 0;
        for (int i = 0; i < 20_000; i++) {
            timing.pass(Duration.ofMillis(10));
            var now = new FakeTiming();
            now.pass(Duration.ofNanos(timing.nanoTime() - now.nanoTime()));
            try {
                login(cap, now).send(LOGIN);
            } catch (BackendError error) {
                refused++;
            }
        }

        assertThat(refused).isBetween(8_000, 10_000);
        assertThat(left).allMatch(time -> time.compareTo(Duration.ofSeconds(25)) >= 0);
    }

    @Test
    void refusedLoginStaysRefused() {
        var cap = bucket(1, Duration.ofHours(1));
        assertThat(cap.tryTake()).isTrue();
        var login = login(cap, timing);

        for (int i = 0; i < 3; i++) {
            assertFails(503, () -> login.send(LOGIN))
                    .matches(error -> "3600".equals(error.headers().get("Retry-After")));
            assertFails(503, () -> login.at("http://elsewhere").send(LOGIN));
        }
        assertThat(left).isEmpty();
    }

    @Test
    void oneLoginTakesOneTurn() {
        var cap = bucket(1, Duration.ofHours(1));
        var login = login(cap, timing);
        login.send(LOGIN);
        login.at("http://elsewhere").send(LOGIN);
        login.send(LOGIN);

        assertThat(left).containsExactly(TOTAL, TOTAL, TOTAL);
    }

    private TokenBucket bucket(int burst, Duration refill) {
        return new TokenBucket(new Rate("backend", burst, refill, false), timing::nanoTime);
    }

    private LoginHttpTransport login(TokenBucket bucket, FakeTiming now) {
        var deadline = Deadline.after(TOTAL, now);
        return new LoginHttpTransport(new Recording(deadline), LoginCap.of(bucket, now), deadline, now);
    }

    private final class Recording implements LoginTransport {
        private final Deadline deadline;

        private Recording(Deadline deadline) {
            this.deadline = deadline;
        }

        @Override
        public BackendResponse send(BackendRequest request) {
            left.add(deadline.left());
            return BackendResponse.of(200, java.util.Map.of(), new byte[0]);
        }

        @Override
        public LoginTransport at(String origin) {
            return this;
        }
    }
}
