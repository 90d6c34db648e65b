package io.apikit.auth;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import io.apikit.auth.FaultyLoginStore.Command;
import io.apikit.auth.FaultyLoginStore.Fault;
import io.apikit.auth.internal.sharing.StoreSchedule;
import io.apikit.custom.TokenMode;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.ValueSource;

/** A store that throws, hangs, responds too late, is full, or has lost what it knew: no session ends, no request fails. */
@Timeout(30)
class LoginStoreOutageTest extends SessionTest {
    private static final Duration LIFE = Duration.ofMinutes(10);
    private static final int CALLS = 20;
    private static final Credentials ALICE = Credentials.bearer("alice:wonderland");
    private static final Credentials BOB = Credentials.bearer("bob:builder");

    /** How far the clock of the store is behind. */
    private final AtomicLong behind = new AtomicLong();

    private final FaultyLoginStore.Server store = new FaultyLoginStore.Server(() -> timing.nanoTime() - behind.get());
    private final LibraryLog log = LibraryLog.opened();

    @TempDir
    private static Path folder = Path.of("");

    private static Path key;
    /** Of the next replica. */
    private FaultyLoginStore way;

    private Replica first;
    private Replica second;

    @BeforeAll
    static void writeKey() throws IOException {
        var secret = new byte[32];
        new SecureRandom().nextBytes(secret);
        key = Files.write(folder.resolve("store.key"), secret);
    }

    @BeforeEach
    void start() {
        way = store.link();
        first = new Replica();
        way = store.link();
        second = new Replica();
    }

    @AfterEach
    void closeLog() {
        log.close();
    }

    /** A replica with two backends of its own, of which one has logins that end by themselves. */
    private final class Replica {
        private final FaultyLoginStore way = LoginStoreOutageTest.this.way;
        private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
        private final Backend backend;

        private Replica() {
            var settings = settings()
                    .defaultAuth(new BearerMode())
                    .name("site")
                    .loginStore(way)
                    .storeKey(key);
            settings.sharing.schedule(new QuickSchedule());
            backend = opened(settings);
            backend.bindTo(meters);
        }

        private String whoami(Credentials who) {
            return backend.session(who).get("/whoami").orThrow().text();
        }

        private int sent(String method) {
            var session = backend.session(BOB);
            return (method.equals("GET") ? session.get("/whoami") : session.post("/echo", Map.of("a", 1))).status();
        }

        private List<Future<String>> calls(Credentials who) {
            return threads.start(CALLS, () -> whoami(who));
        }

        private double count(String name) {
            return meters.find("apikit.backend.store." + name).functionCounters().stream()
                    .mapToDouble(FunctionCounter::count)
                    .sum();
        }

        private double up() {
            return meters.get("apikit.backend.store.up").gauge().value();
        }
    }

    /** Takes user and password as one bearer token: these need no slow hash, which would cost more than all else here. */
    private static final class BearerMode extends TokenMode {
        private BearerMode() {
            super(LIFE);
        }

        @Override
        public Login logIn(Credentials credentials, LoginTransport bare) throws LoginRefused {
            return super.logIn(
                    credentials instanceof Credentials.Bearer own ? password(own.token()) : credentials, bare);
        }

        private static Credentials password(String token) {
            var colon = token.indexOf(':');
            return Credentials.password(token.substring(0, colon), token.substring(colon + 1));
        }
    }

    /** Hearts beat forty times as fast. */
    private static final class QuickSchedule extends StoreSchedule {
        @Override
        public void after(Duration wait, Runnable task) {
            super.after(wait.dividedBy(40), task);
        }
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "NONE")
    void liveSessionsGoOnAndNewOnesLogIn(Fault fault) throws Exception {
        first.whoami(ALICE);
        first.whoami(BOB);
        await(() -> first.count("pushed") == 2);
        first.way.fault(fault);
        server.expire("token-bob-2");
        timing.pass(LIFE);
        var calls = new ArrayList<>(first.calls(ALICE));
        calls.addAll(first.calls(BOB));
        assertThat(Concurrently.ended(calls)).hasSize(2 * CALLS);
        await(() -> first.up() == 0);
        server.user("carol", "singer");
        var carol = Credentials.bearer("carol:singer");
        assertThat(Concurrently.ended(first.calls(carol))).containsOnly("carol");
        assertThat(server.loginPosts()).isEqualTo(5);
        assertThat(first.count("failures")).isPositive();
        assertThat(first.count("skipped")).isPositive();
        assertThat(first.backend.isStoreReachable()).isFalse();
        // Two runs wait once each. So may what looks at the store for them afterwards, in the background.
        assertThat(first.way.waitedInVain()).isLessThanOrEqualTo(4);

        first.way.fault(Fault.NONE);
        // A session may look at the store twice: what others find there is what was written.
        await(() -> first.backend.isStoreReachable() && first.count("reconciled") >= 3 && first.count("pushed") >= 5);
        assertThat(List.of(second.whoami(ALICE), second.whoami(BOB), second.whoami(carol)))
                .containsExactly("alice", "bob", "carol");
        assertThat(server.loginPosts()).isEqualTo(5);
        assertThat(second.count("adopted")).isEqualTo(3);
        assertThat(log.linesFrom(Level.INFO)).hasSize(2).satisfies(lines -> {
            assertThat(lines.get(0)).startsWith("WARN The login store of site is away (");
            assertThat(lines.get(1)).startsWith("INFO The login store of site is back after ");
        });
    }

    @Test
    void aPasswordIsTriedWithoutTheStore() {
        first.way.fault(Fault.HANGS);
        assertThat(first.whoami(SessionTest.ALICE)).isEqualTo("alice");
        first.way.fault(Fault.NONE);
        await(() -> first.count("reconciled") >= 1);
        assertThat(second.whoami(SessionTest.ALICE)).isEqualTo("alice");
        assertThat(server.loginPosts()).isOne();
    }

    @Test
    void aStoreThatHasLostEverythingGetsItBack() {
        first.whoami(ALICE);
        first.whoami(BOB);
        store.flush();
        await(() -> first.count("reconciled") >= 2);
        assertThat(List.of(second.whoami(ALICE), second.whoami(BOB))).containsExactly("alice", "bob");
        assertThat(server.loginPosts()).isEqualTo(2);
    }

    @Test
    void aStoreThatIsBackAtAnOldStateGetsWhatCameSince() {
        first.whoami(ALICE);
        first.whoami(BOB);
        store.stopReplication();
        server.expireAll();
        first.whoami(BOB);
        store.failOver();
        await(() -> first.count("reconciled") >= 2);
        assertThat(second.whoami(BOB)).isEqualTo("bob");
        assertThat(server.loginPosts()).isEqualTo(3);
        assertThat(server.rejections()).isOne();
    }

    /** Both log in, since neither can know of the other. In the end both have one of the two logins. */
    @Test
    void replicasThatWereCutOffAgreeOnOneLogin() {
        first.whoami(BOB);
        second.whoami(BOB);
        server.expireAll();
        first.way.fault(Fault.THROWS);
        second.way.fault(Fault.THROWS);
        first.whoami(BOB);
        timing.pass(Duration.ofSeconds(1));
        second.whoami(BOB);
        assertThat(server.loginPosts()).isEqualTo(3);
        first.way.fault(Fault.NONE);
        second.way.fault(Fault.NONE);
        // The second one has adopted the very first login before.
        await(() -> first.count("adopted") + second.count("adopted") == 2);
        assertThat(first.whoami(BOB)).isEqualTo("bob");
        assertThat(second.whoami(BOB)).isEqualTo("bob");
        assertThat(server.loginPosts()).isEqualTo(3);
    }

    @Test
    void aReplicaThatStartsWaitsForItsStoreToConnect() throws Exception {
        first.whoami(ALICE);
        way = store.link();
        way.fault(Fault.THROWS);
        var third = new Replica();
        var call = threads.start(1, () -> third.whoami(ALICE)).get(0);
        await(() -> way.commands(Command.ALIVE) > 1);
        way.fault(Fault.NONE);
        assertThat(Concurrently.ended(call)).isEqualTo("alice");
        assertThat(server.loginPosts()).isOne();
        assertThat(log.linesFrom(Level.INFO)).isEmpty();
    }

    @Test
    void aClosedBackendLeavesNoThread() {
        first.whoami(ALICE);
        first.way.fault(Fault.HANGS);
        server.expireAll();
        first.whoami(ALICE);
        first.backend.close();
        second.backend.close();
        await(() -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().startsWith("apikit-store")));
    }

    /** Without the store, nobody knows which number a login would have there. */
    @Test
    void aLoginMadeAloneTakesThePlaceOfAnEndedOneThatItsReplicaHasForgotten() {
        second.whoami(ALICE);
        second.whoami(BOB);
        timing.pass(LIFE);
        server.expireAll();
        first.way.fault(Fault.THROWS);
        first.whoami(ALICE);
        first.whoami(BOB);
        first.way.fault(Fault.NONE);
        await(() -> first.backend.isStoreReachable() && first.count("reconciled") >= 2 && first.count("pushed") >= 2);
        assertThat(first.whoami(BOB)).isEqualTo("bob");
        assertThat(second.whoami(ALICE)).isEqualTo("alice");
        assertThat(second.whoami(BOB)).isEqualTo("bob");
        assertThat(server.loginPosts()).isEqualTo(4);
    }

    /** Its own login is rejected after the return, before it was compared with the store. */
    @Test
    void aRejectedLoginMadeAloneIsNotReplacedByAnOlderOne() {
        second.whoami(BOB);
        server.expireAll();
        first.way.fault(Fault.THROWS);
        first.whoami(BOB);
        server.expireAll();
        first.way.fault(Fault.NONE);
        await(() -> first.backend.isStoreReachable());
        assertThat(first.whoami(BOB)).isEqualTo("bob");
        assertThat(second.whoami(BOB)).isEqualTo("bob");
        assertThat(server.loginPosts()).isEqualTo(3);
    }

    /** By the clock of a store that was set back, an older login seems to be the later one. */
    @Test
    void anOlderLoginOfAStoreThatWentBackLeadsOnToALogin() {
        first.whoami(BOB);
        store.stopReplication();
        server.expireAll();
        first.whoami(BOB);
        server.expireAll();
        timing.pass(Duration.ofSeconds(5));
        behind.set(Duration.ofSeconds(5).toNanos());
        store.failOverUnnoticed();
        assertThat(first.whoami(BOB)).isEqualTo("bob");
        assertThat(server.loginPosts()).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "POST"})
    void aLoginOfTheStoreThatHasEndedLeadsOnToALogin(String method) {
        first.whoami(BOB);
        first.way.loseMessages();
        server.expireAll();
        second.whoami(BOB);
        server.expireAll();
        assertThat(first.sent(method)).isEqualTo(200);
        assertThat(server.loginPosts()).isEqualTo(3);
        assertThat(first.sent(method)).isEqualTo(200);
        // It is sent with the login that it has, with that of the store, and with its own.
        assertThat(server.requests()).hasSize(1 + 2 + 3 + 1);
    }

    /** Each call meets one before its own login. */
    @Test
    void aTargetIsNotDeniedForALoginOfTheStore() {
        first.whoami(BOB);
        first.way.loseMessages();
        for (var round = 1; round <= 4; round++) {
            server.expireAll();
            second.whoami(BOB);
            server.expireAll();
            timing.pass(Duration.ofSeconds(30));
            assertThat(first.sent("POST")).isEqualTo(200);
        }
        assertThat(server.loginPosts()).isEqualTo(1 + 4 * 2);
    }

    /** What stands in for the rejected login of the old password is that of the new one, which another replica has made. */
    @Test
    void aLoginUnderANewPasswordThatHasEndedLeadsOnToALogin() {
        var password = new AtomicReference<>("builder");
        assertThat(ofService(first, password)).isEqualTo("bob");
        password.set("renewed");
        server.user("bob", "renewed");
        assertThat(ofService(second, password)).isEqualTo("bob");
        server.expireAll();
        assertThat(ofService(first, password)).isEqualTo("bob");
        assertThat(server.loginPosts()).isEqualTo(3);
    }

    private static String ofService(Replica replica, AtomicReference<String> password) {
        return serviceSession(
                        replica.backend, () -> Credentials.password("bob", Objects.requireNonNull(password.get())))
                .get("/whoami")
                .orThrow()
                .text();
    }
}
