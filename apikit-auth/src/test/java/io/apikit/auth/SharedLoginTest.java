package io.apikit.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.custom.TokenMode;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Replicas, each with a backend of its own, which share the logins of one store. */
class SharedLoginTest extends SessionTest {
    private static final Duration LIFE = Duration.ofMinutes(10);

    private final InMemoryLoginStore store = new InMemoryLoginStore(timing::nanoTime);

    @Override
    Backend.Builder settings() {
        return super.settings().loginStore(store);
    }

    private List<Backend> replicas(int count) {
        return Stream.generate(() -> opened(settings())).limit(count).toList();
    }

    private static String get(Backend replica, Credentials credentials) {
        return replica.session(credentials).get("/whoami").orThrow().text();
    }

    @Test
    void coldLoginOfThreeReplicasIsMadeOnce() throws ExecutionException {
        var all = replicas(3);
        server.hold();

        var calls = all.stream()
                .flatMap(replica -> threads.start(10, () -> get(replica, ALICE)).stream())
                .toList();
        server.awaitHeld(1);
        server.release();

        assertThat(Concurrently.ended(calls)).hasSize(30).containsOnly("alice");
        assertThat(server.loginPosts()).isOne();
    }

    @Test
    void whoIsRejectedTakesTheLoginOfAnotherReplica() {
        var all = replicas(3);
        all.forEach(replica -> get(replica, ALICE));
        server.expireAll();

        assertThat(all).allSatisfy(replica -> assertThat(get(replica, ALICE)).isEqualTo("alice"));
        assertThat(server.loginPosts()).isEqualTo(2);
    }

    @Test
    void usersAreNeverCrossed() {
        var all = replicas(2);

        for (var replica : all) {
            assertThat(get(replica, ALICE)).isEqualTo("alice");
            assertThat(get(replica, BOB)).isEqualTo("bob");
        }
        assertThat(server.loginPosts()).isEqualTo(2);
    }

    @Test
    void wrongPasswordIsTriedOnceInTheCoolDown() {
        var all = replicas(3);
        var wrong = Credentials.password("alice", "wrong");

        all.forEach(replica -> assertFails(401, () -> get(replica, wrong)));

        assertThat(server.loginPosts()).isOne();
        timing.pass(Duration.ofSeconds(31));
        all.forEach(replica -> assertFails(401, () -> get(replica, wrong))
                .satisfies(error -> assertThat(error.headers()).containsEntry("Retry-After", "60")));
        assertThat(server.loginPosts()).isEqualTo(2);
    }

    @Test
    void brokenLoginIsNotTriedByTheNextReplica() {
        var all = replicas(2);
        server.loginStatus(500);

        all.forEach(replica -> assertFails(502, () -> get(replica, ALICE)));

        assertThat(server.loginPosts()).isOne();
    }

    @Test
    void expiredLoginIsRenewedOnceForAllReplicas() {
        var all = Stream.generate(() -> opened(settings().defaultAuth(new TokenMode(LIFE))))
                .limit(3)
                .toList();
        all.forEach(replica -> get(replica, ALICE));
        timing.pass(LIFE.plusSeconds(1));

        all.forEach(replica -> get(replica, ALICE));

        assertThat(server.loginPosts()).isEqualTo(2);
    }

    @Test
    void adoptedLoginEndsWhenTheFirstOneDoes() {
        var all = Stream.generate(() -> opened(settings().defaultAuth(new TokenMode(LIFE))))
                .limit(2)
                .toList();
        get(all.get(0), ALICE);
        timing.pass(LIFE.minusSeconds(60));
        get(all.get(1), ALICE);
        assertThat(server.loginPosts()).isOne();
        timing.pass(Duration.ofSeconds(61));

        get(all.get(1), ALICE);

        assertThat(server.loginPosts()).isEqualTo(2);
    }

    @Test
    void adoptionUsesNoRenewalOfTheSession() {
        var one = opened(settings().renewals(1, Duration.ofHours(1)));
        var two = opened(settings());
        get(one, ALICE);
        for (var i = 0; i < 3; i++) {
            server.expireAll();
            get(two, ALICE);
            get(one, ALICE);
        }
        server.expireAll();

        assertThat(get(one, ALICE)).isEqualTo("alice");
        assertThat(server.loginPosts()).isEqualTo(5);
    }
}
