package io.apikit.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.custom.TokenMode;
import io.apikit.http.BackendRequest;
import io.apikit.http.Deadline;
import io.apikit.http.Timing;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Replicas, each with a backend of its own, which share the logins of one store. */
class SharedLoginTest extends SessionTest {
    private static final Duration LIFE = Duration.ofMinutes(10);

    @TempDir
    private Path folder = Path.of("");

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

    /** One mode may pass some credentials on, and log in with others. */
    @Test
    void loginThatCannotBeRenewedEndsNoSharingOfOthers() {
        var mode = new TokenMode(LIFE) {
            @Override
            public Login logIn(Credentials credentials, LoginTransport bare) throws LoginRefused {
                return credentials instanceof Credentials.Password
                        ? super.logIn(credentials, bare)
                        : Login.fixed(Map.of());
            }
        };
        var all = Stream.generate(() -> opened(settings().defaultAuth(mode)))
                .limit(3)
                .toList();
        all.forEach(replica ->
                replica.session(Credentials.bearer("some")).get("/whoami").status());

        all.forEach(replica -> get(replica, ALICE));

        assertThat(server.loginPosts()).isOne();
    }

    /** The run that waits belongs to a session that the pool has forgotten; the next one of the same key waits as well. */
    @Test
    void sessionThatIsForgottenWhileItWaitsCausesNoSecondLogin() throws ExecutionException {
        var one = opened(settings());
        var two = opened(settings().maxSessions(1));
        server.hold();
        var first = threads.start(1, () -> get(one, ALICE));
        server.awaitHeld(1);
        var forgotten = threads.start(1, () -> get(two, ALICE));
        await(() -> logins(two).shared().key() != null);
        two.session(BOB);
        var next = threads.start(1, () -> get(two, ALICE));
        server.release();

        assertThat(Concurrently.ended(first)).containsExactly("alice");
        assertThat(Concurrently.ended(forgotten)).containsExactly("alice");
        assertThat(Concurrently.ended(next)).containsExactly("alice");
        assertThat(server.loginPosts()).isOne();
    }

    @Test
    void waitForAnotherReplicaEndsAtTheRequestsDeadline() throws ExecutionException {
        var all = replicas(2);
        server.hold();
        var first = threads.start(1, () -> get(all.get(0), ALICE));
        server.awaitHeld(1);
        var hurried = BackendRequest.get("/whoami").deadline(Deadline.after(Duration.ofMillis(300), Timing.system()));

        assertFails(504, () -> all.get(1).session(ALICE).send(hurried));
        server.release();

        assertThat(Concurrently.ended(first)).containsExactly("alice");
        assertThat(get(all.get(1), ALICE)).isEqualTo("alice");
        assertThat(server.loginPosts()).isOne();
    }

    @Test
    void passwordThatChangesOnOneReplicaFirstDisturbsNoOther() {
        var all = replicas(2);
        var password = new AtomicReference<>("wonderland");
        var changed = serviceSession(all.get(0), () -> Credentials.password("alice", password.get()));
        assertThat(changed.get("/whoami").orThrow().text()).isEqualTo("alice");
        server.user("alice", "looking-glass");
        password.set("looking-glass");
        var early = serviceSession(all.get(0), () -> Credentials.password("alice", password.get()));
        assertThat(early.get("/whoami").orThrow().text()).isEqualTo("alice");

        var late = serviceSession(all.get(1), () -> ALICE);

        assertThat(late.get("/whoami").orThrow().text()).isEqualTo("alice");
        assertThat(server.refusals()).isZero();
    }

    @Test
    void sessionsOfTheServiceAreNoSessionsOfCallers() {
        var all = replicas(2);
        get(all.get(0), ALICE);

        serviceSession(all.get(1), () -> ALICE).get("/whoami").orThrow();

        assertThat(server.loginPosts()).isEqualTo(2);
    }

    @Test
    void requestOfALiveSessionAsksNoStore() {
        var way = new FaultyLoginStore.Server(timing::nanoTime).link();
        var key = SharedLoginFaultsTest.keyFile(folder);
        var backend = opened(settings().loginStore(way).storeKey(key));
        get(backend, ALICE);
        var before = commands(way);

        for (var i = 0; i < 50; i++) {
            get(backend, ALICE);
        }

        assertThat(commands(way)).isEqualTo(before);
    }

    private static long commands(FaultyLoginStore way) {
        return way.commands() - way.commands(FaultyLoginStore.Command.ALIVE);
    }

    @Test
    void backendWithoutALoginAsksNoStore() {
        var way = new FaultyLoginStore.Server(timing::nanoTime).link();
        var open = opened(super.settings()
                .defaultAuth(Authenticator.none())
                .loginStore(way)
                .storeKey(SharedLoginFaultsTest.keyFile(folder)));

        open.session(Credentials.none()).get("/whoami").status();

        assertThat(commands(way)).isZero();
    }
}
