package io.apikit.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.auth.LoginStore.Stored;
import io.apikit.auth.internal.sharing.StoreKeys;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Records that this version has not written: of a later version during a rolling upgrade, or replayed by somebody. */
class ForeignRecordTest extends SessionTest {
    private static final int LATER = LoginRecord.FORMAT + 1;
    private static final Duration LIFE = Duration.ofHours(1);

    private final InMemoryLoginStore store = new InMemoryLoginStore(timing::nanoTime);
    private final StoreKeys keys = StoreKeys.ofProcess();
    private final LoginStore.Space others = store.open(keys.space("pele"), new Silence());

    @Override
    Backend.Builder settings() {
        return super.settings().loginStore(store).name("pele");
    }

    private List<Backend> replicas(int count) {
        return Stream.generate(() -> opened(settings())).limit(count).toList();
    }

    private static String get(Backend replica) {
        return replica.session(ALICE).get("/whoami").orThrow().text();
    }

    private String key(Backend replica) {
        var account = replica.accounts().of(ALICE);
        return keys.session(
                        "pele",
                        account.owner(),
                        account.kind(),
                        account.first(),
                        account.second().getBytes(UTF_8))
                .get(0);
    }

    private Stored stored(String key) {
        return others.read(key).orElseThrow();
    }

    private Stored ofLaterVersion(long number) {
        return new Stored(LATER, number, 0, new byte[] {LATER, 1, 2, 3}, Duration.ZERO);
    }

    @Test
    void recordOfALaterVersionStaysAndEachReplicaLogsInOnce() {
        var all = replicas(2);
        get(all.get(0));
        get(all.get(1));
        var key = key(all.get(0));
        assertThat(others.write(key, ofLaterVersion(2), LIFE)).isTrue();

        for (var i = 0; i < 5; i++) {
            assertThat(all).allSatisfy(replica -> assertThat(get(replica)).isEqualTo("alice"));
        }
        assertThat(server.loginPosts()).as("the login of before is good").isOne();

        server.expireAll();
        for (var i = 0; i < 5; i++) {
            assertThat(all).allSatisfy(replica -> assertThat(get(replica)).isEqualTo("alice"));
        }
        assertThat(server.loginPosts()).as("each for itself").isEqualTo(3);
        assertThat(get(replicas(1).get(0))).isEqualTo("alice");
        assertThat(server.loginPosts()).as("a new replica").isEqualTo(4);
        assertThat(stored(key).format()).isEqualTo(LATER);
        assertThat(stored(key).number()).isEqualTo(2);
        assertThat(others.lease(key, 0, LIFE).number()).as("no lease was taken").isEqualTo(3);
    }

    @Test
    void recordOfALaterVersionStaysWhereOnlyTheFirstUseIsShared() {
        var replica = opened(settings().auth(Authenticator.basic()));
        var key = key(replica);
        others.write(key, ofLaterVersion(7), LIFE);

        replica.session(ALICE).get("/any");
        replica.session(ALICE).get("/any");

        assertThat(stored(key).format()).isEqualTo(LATER);
        assertThat(stored(key).number()).isEqualTo(7);
    }

    /** Who can write to the store alone puts an old record there again and again, as if it were the latest. */
    @Test
    void oldRecordUnderALaterNumberIsAMiss() {
        var all = replicas(2);
        get(all.get(0));
        var key = key(all.get(0));
        var old = stored(key);
        server.expireAll();
        get(all.get(0));

        var replayed = new Stored(old.format(), Long.MAX_VALUE / 2, 5, old.value(), Duration.ZERO);
        assertThat(others.write(key, replayed, LIFE)).isTrue();

        assertThat(get(all.get(1))).isEqualTo("alice");
        assertThat(get(all.get(0))).isEqualTo("alice");
        assertThat(server.rejections()).as("of the first replica alone").isOne();
        assertThat(server.loginPosts()).isEqualTo(3);
    }

    /** The clock of the store was set back, or somebody else has put the lease there. */
    @Test
    void leaseThatNoReplicaCanHaveStopsNobody() throws ExecutionException {
        var replica = replicas(1).get(0);
        assertThat(others.lease(key(replica), 0, LIFE).isTaken()).isTrue();

        var calls = threads.start(3, () -> get(replica));

        assertThat(Concurrently.ended(calls)).containsOnly("alice");
        assertThat(server.loginPosts()).isOne();
        assertThat(replica.isStoreReachable()).isTrue();
    }

    /** The clock of the store was set back, or somebody else has emptied the bucket. */
    @Test
    void bucketThatIsEmptierThanEmptyStopsNoLogin() {
        var bucket = keys.buckets("LOGINS").get(0);
        assertThat(others.take(bucket, 1, 1, Duration.ofHours(2))).isZero();

        assertThat(get(replicas(1).get(0))).isEqualTo("alice");
    }

    /** Who can write to the store sends more news than a replica can read. */
    @Test
    void newsWithoutEndTakesFewThreads() {
        var replica = replicas(1).get(0);
        get(replica);
        var key = key(replica);

        var before = storeThreads();
        var most = 0L;
        for (var change = 1; change <= 20_000; change++) {
            others.write(key, new Stored(1, 1, change, new byte[0], Duration.ZERO), LIFE);
            most = change % 1_000 == 0 ? Math.max(most, storeThreads()) : most;
        }

        assertThat(most - before).isLessThan(15);
        assertThat(get(replica)).isEqualTo("alice");
    }

    private static long storeThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("apikit-store"))
                .count();
    }

    private static final class Silence implements LoginStore.Listener {
        @Override
        public void changed(String key) {
            // What replicas do is seen in the store.
        }

        @Override
        public void received(byte[] message) {
            // As above.
        }

        @Override
        public void missed() {
            // As above.
        }
    }
}
