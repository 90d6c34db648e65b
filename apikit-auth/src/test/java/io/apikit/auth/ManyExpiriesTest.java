package io.apikit.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.BackendError;
import io.apikit.custom.TokenMode;
import io.apikit.http.BackendRequest;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logins that end again and again while many calls are under way. The JDK's server closes connections as soon as 200 are
 * idle, so connections end as well.
 */
@Tag("thorough")
class ManyExpiriesTest {
    private static final Logger log = LoggerFactory.getLogger(ManyExpiriesTest.class);

    private static final int CALLS = 10_000;
    private static final int THREADS = 400;
    private static final int EXPIRIES = 4;
    private static final long EXPIRE_EVERY_MS = 250;
    private static final int MOST_SECONDS = 120;

    /** On a machine that does nothing else it is 100 at most. */
    private static final int MOST_LOST = 500;

    /** Before the first expiry: classes are loaded, and each user is logged in. */
    private static final int CALLS_BEFORE = 200;

    private final RecordingBackend server = new RecordingBackend();
    private final Concurrently threads = new Concurrently();
    private final Backend backend =
            Backend.at(server.url()).auth(new TokenMode()).build();
    private final Map<String, Integer> outcomes = new ConcurrentHashMap<>();
    private final AtomicInteger next = new AtomicInteger();

    @Test
    void fourExpiriesLoseOnlyCallsRejectedInEachTry() throws Exception {
        for (var call = 0; call < CALLS_BEFORE; call++) {
            assertThat(call(user(call), "before")).isEqualTo(200);
        }
        var clock = expiries();

        for (var lane : threads.start(THREADS, this::lane)) {
            lane.get(MOST_SECONDS, TimeUnit.SECONDS);
        }
        clock.shutdownNow();

        var lost = lost();
        log.info("{} of {} calls succeeded, with {} logins", CALLS - lost.size(), outcomes.size(), server.logins());
        assertThat(outcomes).hasSize(CALLS);
        assertThat(lost).hasSizeLessThanOrEqualTo(MOST_LOST);
        // Expiries that come too fast for a loaded machine count as one.
        assertThat(server.logins()).isBetween(2 + 2, 2 + 2 * EXPIRIES);
        assertThat(lost).allSatisfy(call -> {
            assertThat(outcomes).containsEntry(call, 401);
            assertThat(server.tries(call)).isNotEmpty().noneMatch(RecordingBackend.Try::isAccepted);
        });
    }

    private ScheduledExecutorService expiries() {
        var clock = Executors.newSingleThreadScheduledExecutor();
        for (var expiry = 1; expiry <= EXPIRIES; expiry++) {
            var unused = clock.schedule(server::expireAll, expiry * EXPIRE_EVERY_MS, TimeUnit.MILLISECONDS);
        }
        return clock;
    }

    private List<String> lost() {
        return outcomes.keySet().stream()
                .filter(call -> outcomes.getOrDefault(call, 0) != 200)
                .toList();
    }

    private Boolean lane() {
        for (var call = next.getAndIncrement(); call < CALLS; call = next.getAndIncrement()) {
            outcomes.put("call-" + call, call(user(call), "call-" + call));
        }
        return true;
    }

    private static Credentials user(int call) {
        return Credentials.password(call % 2 == 0 ? "alice" : "bob", "secret");
    }

    private int call(Credentials user, String call) {
        try {
            return backend.session(user)
                    .send(BackendRequest.get("/data").header("X-Call", call))
                    .status();
        } catch (BackendError e) {
            return e.statusCode();
        }
    }

    @AfterEach
    void end() {
        threads.close();
        backend.close();
        server.close();
    }
}
