package io.apikit.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.auth.Backend;
import io.apikit.auth.BackendSession;
import io.apikit.auth.Credentials;
import io.apikit.custom.TokenMode;
import io.apikit.http.BackendRequest;
import io.apikit.interop.IdleServer.Kind;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Real servers that close idle connections without a word, 10 ms away. */
@Tag("interop")
class IdleServerTest {
    private static final int LANES = 40;
    private static final int ROUNDS = 9;

    private final AtomicInteger users = new AtomicInteger();

    /** First logins and POSTs, after pauses of 1.9 s to 2.1 s. */
    @ParameterizedTest
    @EnumSource
    void pausesAsLongAsTheIdleTimeLoseNoPost(Kind kind) {
        try (var server = IdleServer.start(kind);
                var distance = new Distance(server.port(), Duration.ofMillis(10))) {
            var lane = new AtomicInteger();

            var succeeded = Crowd.of(LANES, () -> rounds(distance.url(), lane.getAndIncrement()));

            assertThat(succeeded).containsOnly(ROUNDS);
            assertThat(server.posts()).hasSize(LANES * ROUNDS).doesNotHaveDuplicates();
        }
    }

    /** Returns how many POSTs succeeded. Each comes from another user, so it needs a login first. */
    private int rounds(String url, int lane) {
        try (var backend = backend(url)) {
            return IntStream.range(0, ROUNDS)
                    .map(round -> {
                        var post = BackendRequest.post("/post-{}-{}", lane, round).json("{}");
                        var status = newSession(backend).send(post).status();
                        Await.pass(IdleServer.IDLE.plusMillis((lane * 7 + round * 23) % 200 - 100));
                        return status == 200 ? 1 : 0;
                    })
                    .sum();
        }
    }

    @ParameterizedTest
    @EnumSource
    void loginsAfterARejectedGetSucceed(Kind kind) {
        try (var server = IdleServer.start(kind);
                var distance = new Distance(server.port(), Duration.ofMillis(10));
                var backend = backend(distance.url())) {
            for (int i = 0; i < 20; i++) {
                var session = newSession(backend);
                assertThat(session.get("/data").status()).isEqualTo(200);
                server.expire();

                assertThat(session.get("/data").status()).isEqualTo(200);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void closedConnectionsAreGoneSecondsAfterABurst(Kind kind) {
        var meters = new SimpleMeterRegistry();
        try (var server = IdleServer.start(kind);
                var distance = new Distance(server.port(), Duration.ofMillis(10));
                var backend = backend(distance.url())) {
            backend.bindTo(meters);
            var session = newSession(backend);
            session.get("/data");
            Crowd.of(LANES, () -> session.get("/data").status());
            assertThat(idle(meters)).isGreaterThan(1);

            Await.until("no connection is left", Duration.ofSeconds(8), () -> idle(meters) == 0);
        }
    }

    private static double idle(SimpleMeterRegistry meters) {
        return meters.get("apikit.backend.connections")
                .tag("state", "idle")
                .gauge()
                .value();
    }

    private BackendSession newSession(Backend backend) {
        return backend.session(Credentials.password("user-" + users.getAndIncrement(), "any"));
    }

    private static Backend backend(String url) {
        return Backend.at(url).auth(new TokenMode()).build();
    }
}
