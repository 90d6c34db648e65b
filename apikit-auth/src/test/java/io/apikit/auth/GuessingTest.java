package io.apikit.auth;

import static io.javalin.apibuilder.ApiBuilder.get;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Callers who try passwords: how many of them meet the backend's login, and who else notices. */
@Timeout(60)
class GuessingTest extends FrontDoorTest {
    private static final String OFFICE = "198.51.100.7";

    private HttpResponse<String> try_(int port, String user, String password, String source)
            throws IOException, InterruptedException {
        return ask(port, "/whoami", "Authorization", basic(user, password), "X-Forwarded-For", source);
    }

    private static void assertHeldUp(HttpResponse<String> answer, int seconds) {
        assertThat(answer.statusCode()).isEqualTo(429);
        assertThat(answer.headers().firstValue("Retry-After")).contains("" + seconds);
        assertThat(answer.body())
                .isEqualTo("{\"reason\":\"Too Many Requests\",\"status_code\":429,"
                        + "\"error_content\":\"Too many logins were refused.\"}");
    }

    @Test
    void guessingOneUsersPasswordFromManySourcesIsHeldUpAtThreeTries() throws Exception {
        var port = serveWhoamiBehindProxy(backend());
        for (var i = 0; i < 3; i++) {
            assertThat(try_(port, "alice", "guess" + i, "203.0.113." + i).statusCode())
                    .isEqualTo(401);
        }

        for (var i = 3; i < 50; i++) {
            assertHeldUp(try_(port, "alice", "guess" + i, "203.0.113." + i), 1200);
        }
        assertThat(server.loginPosts()).isEqualTo(3);

        timing.pass(Duration.ofMinutes(20));
        assertThat(try_(port, "alice", "guess50", "203.0.113.50").statusCode()).isEqualTo(401);
        assertHeldUp(try_(port, "alice", "guess51", "203.0.113.51"), 1200);
        assertThat(server.loginPosts()).isEqualTo(4);
        assertThat(try_(port, "bob", "builder", OFFICE).body()).isEqualTo("bob");
    }

    @Test
    void oneSourceHasTwoTriesOfThreeAndTheLastIsForOthers() throws Exception {
        var port = serveWhoamiBehindProxy(backend());
        for (var i = 0; i < 2; i++) {
            assertThat(try_(port, "alice", "guess" + i, "203.0.113.9").statusCode())
                    .isEqualTo(401);
        }

        assertHeldUp(try_(port, "alice", "guess2", "203.0.113.9"), 1200);
        assertThat(try_(port, "alice", "wonderland", OFFICE).body()).isEqualTo("alice");
        timing.pass(Duration.ofMinutes(20));
        assertThat(try_(port, "alice", "guess2", "203.0.113.9").statusCode()).isEqualTo(401);
        assertHeldUp(try_(port, "alice", "guess3", "203.0.113.9"), 1200);
        assertThat(try_(port, "alice", "guess3", "203.0.113.10").statusCode()).isEqualTo(401);
    }

    @Test
    void aSourceThatHasUsedUpItsShareLeavesTheNextTryToOthers() throws Exception {
        var port = serveWhoamiBehindProxy(backend());
        for (var i = 0; i < 2; i++) {
            assertThat(try_(port, "alice", "guess" + i, "203.0.113.9").statusCode())
                    .isEqualTo(401);
        }
        assertThat(try_(port, "alice", "wonderlamd", OFFICE).statusCode()).isEqualTo(401);

        timing.pass(Duration.ofMinutes(20));

        assertHeldUp(try_(port, "alice", "guess2", "203.0.113.9"), 1200);
        assertThat(try_(port, "alice", "wonderland", OFFICE).body()).isEqualTo("alice");
    }

    @Test
    void theLimitOfASourceIsOneOfAnIpv6Customer() throws Exception {
        var port = serveWhoamiBehindProxy(backend());
        for (var i = 0; i < 20; i++) {
            try_(port, "alice", "guess" + i, "2001:db8:1:2::" + i);
        }

        assertThat(server.loginPosts()).isEqualTo(2);
        assertThat(try_(port, "alice", "wonderland", "2001:db8:1:3::1").body()).isEqualTo("alice");
    }

    @Test
    void anotherSpellingOfAUsersNameIsNoFurtherTry() throws Exception {
        var port = serveWhoamiBehindProxy(opened(settings().refusalsPerUser(11, Duration.ofSeconds(30))));
        for (var spelling : List.of(
                "alice", "Alice", "ALICE ", "aLice", "alicE", " alice", "AlicE", "ALice", "alICE", "\uff41lice")) {
            assertThat(try_(port, spelling, "guess", OFFICE).statusCode()).isEqualTo(401);
        }

        assertHeldUp(try_(port, "aliCE", "guess", OFFICE), 30);
        assertThat(server.loginPosts()).isEqualTo(10);
    }

    @Test
    void guessesThatComeAtTheSameTimeAreNoMore() throws ExecutionException {
        var port = serveWhoamiBehindProxy(backend());
        var number = new AtomicInteger();

        var guesses = threads.start(100, () -> {
            var i = number.incrementAndGet();
            return try_(port, "alice", "guess" + i, "203.0.113." + i).statusCode();
        });

        var statuses = Concurrently.ended(guesses);
        assertThat(statuses).containsOnly(401, 429);
        assertThat(statuses.stream().filter(status -> status == 401)).hasSize(3);
        assertThat(server.loginPosts()).isEqualTo(3);
    }

    @Test
    void sprayingOnePasswordOverManyUsersFromOneSourceIsHeldUpAtAHundredTries() throws Exception {
        var port = serveWhoamiBehindProxy(backend());
        for (var i = 0; i < 100; i++) {
            assertThat(try_(port, "user" + i, "Winter2026", "203.0.113.9").statusCode())
                    .isEqualTo(401);
        }

        for (var i = 100; i < 150; i++) {
            assertHeldUp(try_(port, "user" + i, "Winter2026", "203.0.113.9"), 3);
        }
        assertThat(server.loginPosts()).isEqualTo(100);
        assertThat(try_(port, "alice", "wonderland", OFFICE).body()).isEqualTo("alice");

        timing.pass(Duration.ofSeconds(3));
        assertThat(try_(port, "user150", "Winter2026", "203.0.113.9").statusCode())
                .isEqualTo(401);
        assertHeldUp(try_(port, "user151", "Winter2026", "203.0.113.9"), 3);
    }

    @Test
    void theAddressesOfOneIpv6CustomerAreOneSource() throws Exception {
        var port = serveWhoamiBehindProxy(opened(settings().refusalsPerSource(5, Duration.ofSeconds(3))));
        for (var i = 0; i < 20; i++) {
            try_(port, "user" + i, "Winter2026", "2001:db8:1:2::" + i);
        }

        assertThat(server.loginPosts()).isEqualTo(5);
    }

    @Test
    void rotatingForwardedAddressesGainsASprayerNothing() throws Exception {
        var backend = opened(settings().refusalsPerSource(5, Duration.ofSeconds(3)));
        var port = serve(
                backend,
                () -> get(
                        "/whoami",
                        ctx -> ctx.result(backend.session(ctx).get("/whoami").text())));
        for (var i = 0; i < 20; i++) {
            try_(port, "user" + i, "Winter2026", "203.0.113." + i);
        }

        assertThat(server.loginPosts()).isEqualTo(5);
    }

    @Test
    void whoIsLoggedInDoesNotNoticeThatOthersGuess() throws Exception {
        var port = serveWhoamiBehindProxy(backend());
        assertThat(try_(port, "alice", "wonderland", OFFICE).body()).isEqualTo("alice");
        for (var i = 0; i < 20; i++) {
            try_(port, "alice", "guess" + i, OFFICE);
        }

        assertThat(try_(port, "alice", "wonderland", OFFICE).body()).isEqualTo("alice");
        server.expireAll();
        assertThat(try_(port, "alice", "wonderland", OFFICE).body()).isEqualTo("alice");
    }

    @Test
    void whoseSessionWasForgottenIsKnownByThePasswordThatWasAccepted() throws Exception {
        var port = serveWhoamiBehindProxy(opened(settings().sessionIdle(Duration.ofMinutes(1))));
        assertThat(try_(port, "alice", "wonderland", OFFICE).body()).isEqualTo("alice");
        timing.pass(Duration.ofHours(23));
        for (var i = 0; i < 3; i++) {
            try_(port, "alice", "guess" + i, "203.0.113." + i);
        }
        assertHeldUp(try_(port, "alice", "guess10", OFFICE), 1200);

        assertThat(try_(port, "alice", "wonderland", OFFICE).body()).isEqualTo("alice");
        assertThat(server.loginPosts()).isEqualTo(5);
    }

    @Test
    void aPasswordThatIsNoLongerAcceptedIsAGuessAgain() throws Exception {
        var port = serveWhoamiBehindProxy(opened(settings()
                .sessionIdle(Duration.ofMinutes(1))
                .loginCoolDown(Duration.ofSeconds(1))
                .refusalsPerUser(1, Duration.ofHours(2))));
        assertThat(try_(port, "alice", "wonderland", OFFICE).body()).isEqualTo("alice");
        server.user("alice", "looking-glass");
        timing.pass(Duration.ofMinutes(2));
        for (var expected : new int[] {401, 401, 429, 429}) {
            assertThat(try_(port, "alice", "wonderland", OFFICE).statusCode()).isEqualTo(expected);
            timing.pass(Duration.ofSeconds(2));
        }
        assertThat(server.loginPosts()).isEqualTo(3);
    }

    @Test
    void goodLoginsCountForNothing() throws Exception {
        var port = serveWhoamiBehindProxy(opened(settings()
                .sessionIdle(Duration.ofSeconds(1))
                .refusalsPerUser(2, Duration.ofHours(2))
                .refusalsPerSource(2, Duration.ofHours(2))));
        for (var i = 0; i < 30; i++) {
            server.user("user" + i, "password");
            assertThat(try_(port, "user" + i, "password", OFFICE).body()).isEqualTo("user" + i);
            server.user("alice", "password" + i);
            assertThat(try_(port, "alice", "password" + i, OFFICE).body()).isEqualTo("alice");
        }
    }

    @Test
    void aLoginThatIsBrokenIsNoGuess() throws Exception {
        var port = serveWhoamiBehindProxy(opened(settings().refusalsPerUser(1, Duration.ofHours(2))));
        server.loginStatus(503);
        for (var i = 0; i < 20; i++) {
            assertThat(try_(port, "alice", "wonderland", OFFICE).statusCode()).isEqualTo(503);
            timing.pass(Duration.ofSeconds(10));
        }
        server.loginStatus(200);

        assertThat(try_(port, "alice", "wonderland", OFFICE).body()).isEqualTo("alice");
    }

    @Test
    void aServiceAccountIsNeverHeldUp() throws Exception {
        var port = serveWhoamiBehindProxy(opened(settings()
                .credentials(() -> Credentials.password("alice", "guess" + server.loginPosts()))
                .refusalsPerUser(1, Duration.ofHours(2))
                .refusalsPerSource(1, Duration.ofHours(2))));
        for (var i = 1; i <= 5; i++) {
            assertThat(ask(port, "/whoami").statusCode()).isEqualTo(502);
            assertThat(server.loginPosts()).isEqualTo(i);
        }
    }

    @Test
    void aModeThatAsksTheBackendWithEachRequestIsGuessedAtNoFaster() throws Exception {
        var origin = backend(config -> config.routes.get("/whoami", ctx -> {
            var isBobs = basic("bob", "password of bob").equals(ctx.header("Authorization"));
            ctx.status(isBobs ? 200 : 401).result(isBobs ? "bob" : "no");
        }));
        var backend = opened(Backend.at(origin).auth(Authenticator.basic()).timing(timing));
        var port = serveWhoamiBehindProxy(backend);

        var statuses = new ArrayList<Integer>();
        for (var i = 0; i < 20; i++) {
            statuses.add(try_(port, "alice", "guess" + i, "203.0.113." + i).statusCode());
        }

        assertThat(statuses.subList(0, 3)).containsOnly(401);
        assertThat(statuses.subList(3, 20)).containsOnly(429);
        for (var i = 0; i < 20; i++) {
            assertThat(try_(port, "bob", "password of bob", OFFICE).body()).isEqualTo("bob");
        }
    }
}
