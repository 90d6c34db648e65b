package io.apikit.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.BackendError;
import io.apikit.auth.FaultyLoginStore.Command;
import io.apikit.auth.FaultyLoginStore.Fault;
import io.apikit.auth.internal.sharing.StoreSchedule;
import io.apikit.custom.TokenMode;
import io.apikit.http.BackendResponse;
import io.apikit.http.RetryPolicy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Replicas that share logins, when the store or a replica fails at an unlucky moment. */
class SharedLoginFaultsTest extends FrontDoorTest {
    private final FaultyLoginStore.Server shared = new FaultyLoginStore.Server(timing::nanoTime);

    @TempDir
    private Path folder = Path.of("");

    private Path key;

    @BeforeEach
    void makeKey() {
        key = keyFile(folder);
    }

    static Path keyFile(Path folder) {
        try {
            return Files.writeString(
                    folder.resolve("key"), "8f1c2d3e4b5a69788796a5b4c3d2e1f00112233445566778899aabbccddeeff0");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Backend replica(FaultyLoginStore way) {
        return opened(settings().loginStore(way).storeKey(key).name("shared"));
    }

    private static String get(Backend replica) {
        return replica.session(ALICE).get("/whoami").orThrow().text();
    }

    @Test
    void writeThatFailsButIsCarriedOutCausesNoSecondLogin() {
        var way = shared.link();
        var one = replica(way);
        var two = replica(shared.link());
        server.hold();
        var call = threads.start(1, () -> get(one));
        server.awaitHeld(1);
        way.fault(Fault.LATE);
        server.release();
        assertThat(ended(call)).isEqualTo("alice");
        way.fault(Fault.NONE);

        assertThat(get(two)).isEqualTo("alice");
        assertThat(get(one)).isEqualTo("alice");
        assertThat(server.loginPosts()).isOne();
    }

    /** Without a further heartbeat, which would open the breaker before the login begins. */
    @Test
    void storeThatIsAwayIsAskedOnceInARun() {
        var way = shared.link();
        var one = opened(stoppedClock(settings().loginStore(way).storeKey(key).name("shared")));
        await(() -> way.commands(Command.ALIVE) > 0);
        way.fault(Fault.HANGS);

        assertThat(get(one)).isEqualTo("alice");

        assertThat(way.commands(Command.READ)).isOne();
        assertThat(way.commands(Command.LEASE)).isZero();
    }

    @Test
    void replicasWithoutTheStoreAgreeOnOneLoginWhenItIsBack() {
        var first = shared.link();
        var second = shared.link();
        var one = replica(first);
        var two = replica(second);
        first.fault(Fault.THROWS);
        second.fault(Fault.THROWS);
        get(one);
        get(two);
        assertThat(server.loginPosts()).isEqualTo(2);

        first.fault(Fault.NONE);
        await(() -> first.commands(Command.WRITE) > 0 && shared.link() != null);
        second.fault(Fault.NONE);

        await(() -> token(one).equals(token(two)));
        assertThat(get(replica(shared.link()))).isEqualTo("alice");
        assertThat(server.loginPosts()).isEqualTo(2);
    }

    private static Object token(Backend replica) {
        return logins(replica).latest().orElseThrow().login().signature();
    }

    @Test
    void storeThatHasLostItsRecordsGetsThemBack() {
        var way = shared.link();
        var one = replica(way);
        get(one);
        shared.flush();
        way.fault(Fault.THROWS);
        way.fault(Fault.NONE);
        await(() -> way.commands(Command.WRITE) > 1);

        assertThat(get(replica(shared.link()))).isEqualTo("alice");
        assertThat(server.loginPosts()).isOne();
    }

    /** A replica that extends no lease: its machine is cut off. */
    static Backend.Builder stoppedClock(Backend.Builder builder) {
        builder.sharing.schedule(new StoreSchedule() {
            @Override
            public void after(Duration wait, Runnable task) {
                // Never.
            }
        });
        return builder;
    }

    /** The holder is as good as dead: its lease is over before its login comes. */
    @Test
    void lateLoginOfAHolderThatIsFollowedIsNotUsed() {
        var one = opened(
                stoppedClock(settings().loginStore(shared.link()).storeKey(key).name("shared")));
        var two = replica(shared.link());
        server.hold();
        var late = threads.start(1, () -> get(one));
        server.awaitHeld(1);
        timing.pass(SharedLogins.LEASE.plusMillis(1));
        var next = threads.start(1, () -> get(two));
        server.awaitHeld(1);
        server.release();

        assertThat(ended(late)).isEqualTo("alice");
        assertThat(ended(next)).isEqualTo("alice");
        await(() -> token(one).equals(token(two)));
        assertThat(server.loginPosts()).isEqualTo(2);
    }

    @Test
    void closeEndsTheWaitForAnotherReplica() {
        var one = replica(shared.link());
        var way = shared.link();
        var two = replica(way);
        server.hold();
        var first = threads.start(1, () -> get(one));
        server.awaitHeld(1);
        var waiting = threads.start(1, () -> get(two));
        await(() -> way.commands(Command.LEASE) > 0);

        two.close();

        assertFails(503, waiting.get(0));
        server.release();
        assertThat(ended(first)).isEqualTo("alice");
    }

    @Test
    void holderThatIsClosedGivesItsLeaseBack() {
        var one = replica(shared.link());
        var two = replica(shared.link());
        server.hold();
        var first = threads.start(1, () -> get(one));
        server.awaitHeld(1);
        one.close();
        var second = threads.start(1, () -> get(two));

        server.awaitHeld(1);
        server.release();

        assertThat(ended(second)).isEqualTo("alice");
        assertThat(first.get(0)).isNotNull();
    }

    /** Its first login hangs until it is interrupted. */
    private static final class Hanging extends TokenMode {
        private final CountDownLatch begun = new CountDownLatch(1);

        @Override
        public Login logIn(Credentials credentials, LoginTransport bare) throws LoginRefused {
            if (begun.getCount() == 0) {
                return super.logIn(credentials, bare);
            }
            begun.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            throw BackendError.of(503, "The login was interrupted.");
        }
    }

    /** Its end interrupts the login, which says nothing about the backend. */
    @Test
    void holderThatIsClosedLeavesNoFailure() throws InterruptedException {
        var mode = new Hanging();
        var way = shared.link();
        var one = opened(
                settings().defaultAuth(mode).loginStore(way).storeKey(key).name("shared"));
        var two = opened(settings()
                .defaultAuth(mode)
                .loginStore(shared.link())
                .storeKey(key)
                .name("shared"));
        var first = threads.start(1, () -> get(one));
        mode.begun.await();
        way.fault(Fault.LATE); // The release takes its time.

        one.close();

        assertFails(503, first.get(0));
        assertThat(get(two)).isEqualTo("alice");
    }

    /** Each response of the backend brings the next cookie. */
    private static final class Rolling implements Authenticator {
        private final AtomicInteger logins = new AtomicInteger();

        @Override
        public String name() {
            return "rolling";
        }

        @Override
        public Login logIn(Credentials credentials, LoginTransport bare) {
            logins.incrementAndGet();
            return Login.of(Map.of()).cookie("roll", "0").expiresIn(Duration.ofHours(1));
        }

        @Override
        public Login refreshed(Login current, BackendResponse response) {
            return response.header("X-Roll")
                    .map(value -> current.cookie("roll", value))
                    .orElse(current);
        }
    }

    @Test
    void cookiesThatRollReachTheOtherReplicas() {
        var received = new CopyOnWriteArrayList<String>();
        var url = backend(config -> {
            config.routes.get("/roll/{n}", ctx -> ctx.header("X-Roll", ctx.pathParam("n")));
            config.routes.get("/show", ctx -> received.add(String.valueOf(ctx.header("Cookie"))));
        });
        var mode = new Rolling();
        var all = Stream.generate(() -> opened(Backend.at(url)
                        .auth(mode)
                        .retry(RetryPolicy.none())
                        .timing(timing)
                        .loginStore(shared.link())
                        .storeKey(key)))
                .limit(2)
                .toList();
        all.forEach(replica -> replica.session(ALICE).get("/show").orThrow());
        for (var i = 1; i <= 3; i++) {
            all.get(i % 2).session(ALICE).get("/roll/" + i).orThrow();
            await(() -> token(all.get(0)).equals(token(all.get(1))));
        }
        all.get(0).session(ALICE).get("/show").orThrow();

        assertThat(received).last().isEqualTo("roll=3");
        assertThat(mode.logins).hasValue(1);
    }

    private static <T> T ended(List<Future<T>> calls) {
        try {
            return Concurrently.ended(calls).get(0);
        } catch (ExecutionException e) {
            throw new AssertionError(e);
        }
    }
}
