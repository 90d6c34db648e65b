package io.apikit.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.apikit.auth.LoginStore.Listener;
import io.apikit.testkit.redis.RedisServer;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Redis that is away, slow, empty, full or a replica. */
class RedisFaultsTest {
    private static final Duration SHORT = Duration.ofMillis(30);

    private RedisServer redis;

    @BeforeEach
    void start() {
        RedisReplica.assumeAServer();
        redis = RedisServer.start();
    }

    @AfterEach
    void stop() {
        if (redis != null) {
            redis.close();
        }
    }

    @Test
    void redisThatIsDownAtTheStartIsFoundLater() {
        redis.kill();
        try (var replica = RedisReplica.at(redis.url())) {
            assertThatThrownBy(() -> replica.read("key"))
                    .isInstanceOf(RedisUnavailableException.class)
                    .hasMessageContaining("Redis at " + redis.host())
                    .hasMessageContaining("there is no connection");
            RedisReplica.until(() -> message(replica)
                    .equals("Redis at " + redis.host() + ": there is no connection: Connection refused"));

            redis.restart();

            replica.connected();
            assertThat(replica.write("key", 1, "value")).isTrue();
            // It could have missed something between its first command and the start of its messages.
            replica.awaitHeard("missed");

            redis.kill();
            RedisReplica.until(() -> message(replica)
                    .equals("Redis at " + redis.host() + ": the connection has ended, and there is no other yet:"
                            + " Connection refused"));
        }
    }

    @Test
    void restartedRedisKnowsNoScriptAndMessagesComeAgain() {
        try (var one = RedisReplica.at(redis.url()).connected();
                var other = RedisReplica.at(redis.url()).connected()) {
            RedisReplica.until(() -> channels() == 2);
            one.write("key", 1, "value");
            other.awaitHeard("changed key");

            redis.kill();
            RedisReplica.until(() -> fails(one));
            redis.restart();

            one.awaitHeard("missed");
            other.awaitHeard("missed");
            // Of a pair of connections, either may be back first.
            RedisReplica.until(() -> other.read("key").isEmpty());
            RedisReplica.until(() -> one.write("key", 1, "new"));
            other.awaitHeard("changed key");
            assertThat(other.space().alive(RedisReplica.LIFE).wasKnown()).isFalse();
            assertThat(other.read("key")).contains("new");
        }
    }

    private int channels() {
        var count = redis.command("PUBSUB", "NUMSUB", "apikit1-test")
                .lines()
                .skip(1)
                .findFirst();
        return Integer.parseInt(count.orElse("0"));
    }

    private static boolean fails(RedisReplica replica) {
        try {
            replica.read("key");
            return false;
        } catch (RedisUnavailableException e) {
            return true;
        }
    }

    @Test
    void scriptsThatAreForgottenAreSentAgain() {
        try (var replica = RedisReplica.at(redis.url()).connected()) {
            replica.write("key", 1, "value");
            redis.command("SCRIPT", "FLUSH");

            assertThat(replica.read("key")).contains("value");
            assertThat(replica.read("key")).contains("value");
            assertThat(redis.command("INFO", "commandstats")).containsOnlyOnce("cmdstat_eval:");
        }
    }

    @Test
    void haltedRedisFailsACommandInTimeAndNothingIsRepeated() {
        try (var replica = new RedisReplica(RedisLoginStore.builder(redis.url())).connected()) {
            redis.pause();

            assertThatThrownBy(() -> replica.write("key", 1, "value"))
                    .isInstanceOf(RedisUnavailableException.class)
                    .hasMessage("Redis at %s: no response within 150 ms", redis.host());

            redis.restart();
            RedisReplica.until(() -> replica.read("key").isEmpty());
            assertThat(redis.command("DBSIZE")).isEqualTo("0");
        }
    }

    @Test
    void silentConnectionsAreMadeAnew() {
        var impatient = RedisLoginStore.builder(redis.url()).commandLimit(SHORT).silence(SHORT);
        try (var replica = new RedisReplica(impatient).connected()) {
            RedisReplica.until(() -> channels() == 1);
            var before = List.of(redis.command("CLIENT", "LIST", "TYPE", "normal"), connectionOfMessages());
            redis.pause();

            RedisReplica.until(() -> message(replica).contains("there is no connection"));

            redis.resume();
            replica.connected();
            RedisReplica.until(() -> channels() == 1 && !before.contains(connectionOfMessages()));
            replica.awaitHeard("missed");
        }
    }

    private String connectionOfMessages() {
        return redis.command("CLIENT", "LIST", "TYPE", "pubsub").replaceAll("(?s) .*", "");
    }

    private static String message(RedisReplica replica) {
        try {
            replica.space().alive(RedisReplica.LIFE);
            return "";
        } catch (RedisUnavailableException e) {
            return String.valueOf(e.getMessage());
        }
    }

    @Test
    void serverThatHasBecomeAReplicaIsLeft() {
        try (var replica = RedisReplica.at(redis.url()).connected()) {
            replica.write("key", 1, "value");
            var connections = connections();
            redis.command("REPLICAOF", "127.0.0.1", "1");

            assertThatThrownBy(() -> replica.write("key", 2, "new")).hasMessageContaining("READONLY");

            RedisReplica.until(() -> connections() > connections + 1);
            redis.command("REPLICAOF", "NO", "ONE");
            RedisReplica.until(() -> replica.write("key", 2, "new"));
        }
    }

    /** How many there have been, with those that ask. */
    private int connections() {
        return redis.command("INFO", "stats")
                .lines()
                .filter(line -> line.startsWith("total_connections_received:"))
                .mapToInt(line ->
                        Integer.parseInt(line.substring(line.indexOf(':') + 1).strip()))
                .sum();
    }

    @Test
    void fullRedisWritesNothingAndIsStillRead() {
        try (var replica = RedisReplica.at(redis.url()).connected()) {
            replica.write("key", 1, "value");
            redis.command("CONFIG", "SET", "maxmemory", "1");

            assertThatThrownBy(() -> replica.write("key", 2, "new")).hasMessageContaining("OOM");
            assertThatThrownBy(() -> replica.space().lease("key", 0, RedisReplica.LIFE))
                    .hasMessageContaining("OOM");
            assertThatThrownBy(() -> replica.space().take("bucket", 1, 1, RedisReplica.LIFE))
                    .hasMessageContaining("OOM");
            assertThat(replica.read("key")).contains("value");

            redis.command("CONFIG", "SET", "maxmemory", "0");
            assertThat(replica.space().lease("key", 0, RedisReplica.LIFE).number())
                    .isEqualTo(2);
        }
    }

    @Test
    void evictedKeysAreAsIfTheirTimeWasOver() {
        try (var replica = RedisReplica.at(redis.url()).connected()) {
            var held = replica.space().lease("key", 6, RedisReplica.LIFE);
            redis.command("FLUSHALL");

            assertThat(replica.space().extend("key", held.number(), RedisReplica.LIFE))
                    .isFalse();
            assertThat(replica.space().lease("key", 7, RedisReplica.LIFE).number())
                    .isEqualTo(8);
            assertThat(replica.write("key", held.number(), "late")).isFalse();
            assertThat(replica.write("key", 8, "value")).isTrue();
        }
    }

    @Test
    void keyOfSomebodyElseIsNoRecord() {
        try (var replica = RedisReplica.at(redis.url()).connected()) {
            for (var text : List.of("", " ", "1 2 3", "1 2 3 4", "x 2 3 4 value", "1 2 3 99999999999999999999 value")) {
                redis.command("SET", "apikit1-test:{key}", text);
                assertThat(replica.read("key")).isEmpty();
            }
            redis.command("SET", "apikit1-test:{key}", "garbage");
            redis.command("SET", "apikit1-test:{key}l", "garbage");
            assertThat(replica.space().lease("key", 0, RedisReplica.LIFE).number())
                    .isOne();

            redis.command("DEL", "apikit1-test:{key}");
            redis.command("LPUSH", "apikit1-test:{key}", "list");
            assertThatThrownBy(() -> replica.read("key")).hasMessageContaining("WRONGTYPE");
        }
    }

    @Test
    void backendsOfAStoreHaveOnePairOfConnections() {
        try (var replica = RedisReplica.at(redis.url()).connected()) {
            IntStream.range(0, 20).forEach(i -> replica.store().open("apikit1-other" + i, new Deaf()));
            RedisReplica.until(() -> redis.command("PUBSUB", "CHANNELS").lines().count() == 21);

            // The connection that asks is one of them.
            assertThat(redis.command("CLIENT", "LIST").strip().lines()).hasSize(3);
        }
    }

    /** Hears nothing. */
    private static final class Deaf implements Listener {
        @Override
        public void changed(String key) {
            // Nothing.
        }

        @Override
        public void received(byte[] message) {
            // Nothing.
        }

        @Override
        public void missed() {
            // Nothing.
        }
    }

    @Test
    void listenerThatFailsIsCalledAgain() {
        try (var one = RedisReplica.at(redis.url()).connected();
                var other = RedisReplica.at(redis.url()).connected()) {
            RedisReplica.until(() -> channels() == 2);
            other.failNext();

            one.space().send(new byte[] {'a'});
            one.space().send(new byte[] {'b'});

            other.awaitHeard("received b");
        }
    }

    /** The clock of the server was set back, or somebody else has written there. */
    @Test
    void replicasThatWouldBeAliveForEverAreForgotten() {
        try (var replica = RedisReplica.at(redis.url()).connected()) {
            var later = Long.toString(
                    System.currentTimeMillis() + Duration.ofHours(1).toMillis());
            redis.command("ZADD", "apikit1-test:replicas", later, "gone", "1e300", "made-up", "inf", "endless");

            assertThat(replica.space().alive(RedisReplica.LIFE).replicas()).isOne();
        }
    }

    @Test
    void closedStoreHasNoThreads() {
        var before = threads();
        var replica = RedisReplica.at(redis.url()).connected();
        assertThat(threads()).isGreaterThan(before);

        replica.close();
        replica.close();

        RedisReplica.until(() -> threads() <= before);
        assertThatThrownBy(() -> replica.read("key")).isInstanceOf(RedisUnavailableException.class);
        assertThatThrownBy(() -> replica.store().open("apikit1-test", replica))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
    }

    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("lettuce"))
                .count();
    }

    @Test
    void closedStoreEndsThoughRedisIsHalted() {
        var before = threads();
        var replica = RedisReplica.at(redis.url()).connected();
        redis.pause();

        replica.close();

        RedisReplica.until(() -> threads() <= before);
    }
}
