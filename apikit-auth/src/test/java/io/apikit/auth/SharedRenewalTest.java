package io.apikit.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.auth.FaultyLoginStore.Command;
import io.apikit.auth.FaultyLoginStore.Fault;
import io.apikit.custom.TokenMode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A refresh token that replicas share is used once. */
class SharedRenewalTest extends SessionTest {
    private static final Duration LIFE = Duration.ofMinutes(10);

    private final InMemoryLoginStore store = new InMemoryLoginStore(timing::nanoTime);
    private final RefreshMode mode = new RefreshMode();

    /** Renews with the token of the login that has ended, and remembers which. */
    private static final class RefreshMode extends TokenMode {
        private final List<String> renewed = new CopyOnWriteArrayList<>();
        private volatile boolean isBroken;

        RefreshMode() {
            super(LIFE);
        }

        @Override
        public Login logIn(Credentials credentials, LoginTransport bare) throws LoginRefused {
            var login = super.logIn(credentials, bare);
            return login.secret("refresh", "r-" + login.header("X-Token").orElseThrow());
        }

        @Override
        public Login renew(Login ended, Credentials credentials, LoginTransport bare) throws LoginRefused {
            renewed.add(ended.secret("refresh").orElseThrow());
            if (isBroken) {
                throw new IllegalStateException("broken");
            }
            return logIn(credentials, bare);
        }
    }

    private Backend replica() {
        return opened(settings().defaultAuth(mode).loginStore(store));
    }

    private static String get(Backend replica) {
        return replica.session(ALICE).get("/whoami").orThrow().text();
    }

    @Test
    void freshReplicaRenewsAnExpiredLoginOfTheStore() {
        get(replica());
        timing.pass(LIFE.plusSeconds(1));

        assertThat(get(replica())).isEqualTo("alice");

        assertThat(mode.renewed).containsExactly("r-token-alice-1");
    }

    @Test
    void threeReplicasRenewAheadOnce() {
        var all = Stream.generate(this::replica).limit(3).toList();
        all.forEach(SharedRenewalTest::get);
        timing.pass(LIFE.minusSeconds(20));

        all.forEach(replica -> threads.start(5, () -> get(replica)));
        await(() -> all.stream().allMatch(replica -> {
            get(replica);
            return token(replica).equals("token-alice-2");
        }));

        assertThat(mode.renewed).containsExactly("r-token-alice-1");
        assertThat(server.loginPosts()).isEqualTo(2);
    }

    private static String token(Backend replica) {
        return logins(replica).latest().orElseThrow().login().header("X-Token").orElseThrow();
    }

    @Test
    void refreshTokenOfABrokenRenewalIsNotUsedAgain(@TempDir Path folder) {
        var shared = new FaultyLoginStore.Server(timing::nanoTime);
        var key = SharedLoginFaultsTest.keyFile(folder);
        var way = shared.link();
        var one = opened(settings().defaultAuth(mode).loginStore(way).storeKey(key));
        var two = opened(settings().defaultAuth(mode).loginStore(shared.link()).storeKey(key));
        get(one);
        get(two);
        timing.pass(LIFE.plusSeconds(1));
        mode.isBroken = true;
        assertFails(502, () -> get(one));
        // The caller gets the error before the store has it.
        await(() -> way.commands(Command.WRITE) == 2);
        timing.pass(Duration.ofSeconds(6));

        assertThat(get(two)).isEqualTo("alice");
        assertThat(mode.renewed).containsExactly("r-token-alice-1");
    }

    /** The replica that held the lease in between may have used it before it died. */
    @Test
    void refreshTokenIsNotUsedAfterAnotherHolder() {
        var one = opened(
                SharedLoginFaultsTest.stoppedClock(settings().defaultAuth(mode).loginStore(store)));
        get(one);
        server.awaitHeld(1);
        var two = replica();
        get(two);
        timing.pass(LIFE.plusSeconds(1));
        server.hold();
        var dying = threads.start(1, () -> get(one));
        server.awaitHeld(1);
        timing.pass(SharedLogins.LEASE.plusMillis(1));
        var next = threads.start(1, () -> get(two));
        server.awaitHeld(1);
        server.release();

        assertThat(await(next)).isEqualTo("alice");
        assertThat(await(dying)).isEqualTo("alice");
        assertThat(mode.renewed).containsExactly("r-token-alice-1");
    }

    private static String await(List<Future<String>> calls) {
        try {
            return Concurrently.ended(calls).get(0);
        } catch (ExecutionException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void brokenRenewalLeavesTheGoodLoginToFreshReplicas() {
        var one = replica();
        get(one);
        mode.isBroken = true;
        timing.pass(LIFE.minusSeconds(20));
        get(one);
        await(() -> !mode.renewed.isEmpty());

        assertThat(get(replica())).isEqualTo("alice");
        assertThat(server.loginPosts()).isOne();
    }

    /** The record that said so is lost. */
    @Test
    void refreshTokenOfABrokenRenewalIsNotUsedAgainWhereTheStoreHasLostIt(@TempDir Path folder) {
        var shared = new FaultyLoginStore.Server(timing::nanoTime);
        var key = SharedLoginFaultsTest.keyFile(folder);
        var ways = List.of(shared.link(), shared.link());
        var all = ways.stream()
                .map(way -> opened(settings().defaultAuth(mode).loginStore(way).storeKey(key)))
                .toList();
        all.forEach(SharedRenewalTest::get);
        mode.isBroken = true;
        timing.pass(LIFE.minusSeconds(20));
        get(all.get(0));
        await(() -> ways.get(0).commands(Command.WRITE) == 2);
        await(() -> logins(all.get(1)).latest().orElseThrow().isSpent());
        shared.flush();
        var way = ways.get(1);
        way.fault(Fault.THROWS);
        way.fault(Fault.NONE);
        await(() -> way.commands(Command.WRITE) == 1);
        timing.pass(Duration.ofSeconds(30));

        assertThat(get(all.get(1))).isEqualTo("alice");
        assertThat(mode.renewed).containsExactly("r-token-alice-1");
    }
}
