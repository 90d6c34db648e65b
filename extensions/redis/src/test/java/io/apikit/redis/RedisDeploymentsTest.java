package io.apikit.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.apikit.testkit.redis.RedisServer;
import io.apikit.testkit.tls.CertifiedKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TLS, users, Sentinel and Cluster, each with real servers. */
@Tag("thorough")
class RedisDeploymentsTest {
    private final List<RedisServer> servers = new ArrayList<>();

    @BeforeEach
    void aServerIsInstalled() {
        RedisReplica.assumeAServer();
    }

    @AfterEach
    void stop() {
        servers.forEach(RedisServer::close);
    }

    private RedisServer start(String... options) {
        var server = RedisServer.start(options);
        servers.add(server);
        return server;
    }

    @Test
    void tlsTrustsTheGivenAuthorityForTheGivenHost(@TempDir Path folder) throws Exception {
        var authority = CertifiedKey.builder("authority").authority().build();
        var server = CertifiedKey.builder("redis")
                .host("127.0.0.1")
                .signedBy(authority)
                .build();
        var redis = start(
                "--port",
                "0",
                "--tls-port",
                "{port}",
                "--tls-auth-clients",
                "no",
                "--tls-cert-file",
                file(folder, "cert.pem", server.certificatePem()),
                "--tls-key-file",
                file(folder, "key.pem", server.privateKeyPem()),
                "--tls-ca-cert-file",
                file(folder, "ca.pem", authority.certificatePem()));
        var url = "rediss://" + redis.host();

        try (var replica = new RedisReplica(RedisReplica.patient(url).trusting(folder.resolve("ca.pem"))).connected()) {
            assertThat(replica.write("key", 1, "value")).isTrue();
        }
        try (var distrustful = RedisReplica.at(url)) {
            RedisReplica.until(() -> failure(distrustful).contains("unable to find valid certification path"));
        }
        var byName = RedisReplica.patient("rediss://localhost:" + redis.port()).trusting(folder.resolve("ca.pem"));
        try (var deceived = new RedisReplica(byName)) {
            RedisReplica.until(() -> failure(deceived).contains("localhost"));
        }
    }

    private static String file(Path folder, String name, String content) throws Exception {
        return Files.writeString(folder.resolve(name), content).toString();
    }

    private static String failure(RedisReplica replica) {
        try {
            replica.read("key");
            return "";
        } catch (RedisUnavailableException e) {
            return String.valueOf(e.getMessage());
        }
    }

    @Test
    void userNeedsFewCommandsAndOneSpaceOfNames() {
        var redis = start();
        redis.command(
                ("ACL SETUSER apikit on >s3cr3t@/word resetkeys ~apikit1-* resetchannels &apikit1-* -@all +ping +evalsha"
                                + " +eval +get +getrange +set +psetex +zadd +zrem +zscore +zcard +zrevrange +zremrangebyscore"
                                + " +pexpireat +time +publish +subscribe +unsubscribe")
                        .split(" "));
        redis.command("ACL", "SETUSER", "default", "off");

        var inUrl = RedisReplica.at("redis://apikit:s3cr3t%40%2Fword@" + redis.host());
        var apart = new RedisReplica(RedisReplica.patient(redis.url()).credentials("apikit", "s3cr3t@/word"));
        try (inUrl;
                apart) {
            inUrl.connected();
            apart.connected();
            RedisReplica.until(() -> {
                inUrl.space().send(new byte[] {'1'});
                return apart.hasHeard("received 1");
            });
            var lease = inUrl.space().lease("key", 0, RedisReplica.LIFE);
            assertThat(inUrl.space().extend("key", lease.number(), RedisReplica.LIFE))
                    .isTrue();
            inUrl.space().release("key", lease.number());
            assertThat(inUrl.write("key", 2, "value")).isTrue();
            assertThat(apart.read("key")).contains("value");
            assertThat(apart.space().take("bucket", 1, 2, RedisReplica.LIFE)).isZero();
            assertThat(inUrl.space().take("bucket", 1, 2, RedisReplica.LIFE)).isZero();
            apart.space().giveBack("bucket", 2, RedisReplica.LIFE);
            assertThatThrownBy(() -> inUrl.store().open("other", inUrl).read("key"))
                    .hasMessageContaining("NOPERM");
            inUrl.space().close();
        }
    }

    @Test
    void wrongPasswordIsNamedAsTheReasonAndNotPrinted() {
        var redis = start("--requirepass", "s3cr3t-of-redis");

        try (var replica = RedisReplica.at("redis://:wrong-s3cr3t@" + redis.host())) {
            RedisReplica.until(() -> failure(replica).contains("WRONGPASS"));
            assertThat(failure(replica)).doesNotContain("s3cr3t");
            assertThat(failure(replica))
                    .isEqualTo("Redis at " + redis.host() + ": there is no connection: WRONGPASS invalid"
                            + " username-password pair or user is disabled.");
        }
    }

    /** The sentinel's own election takes seconds: what it says is set, and what counts is that it is asked again. */
    @Test
    void sentinelsAreAskedForTheMasterAtEachReconnect() {
        var master = start();
        var standby = start();
        var sentinel = start("--sentinel");
        monitor(sentinel, master);

        try (var replica = RedisReplica.at("redis-sentinel://" + sentinel.host() + "/0#main")
                .connected()) {
            assertThat(replica.write("key", 1, "value")).isTrue();
            assertThat(master.command("DBSIZE")).isNotEqualTo("0");

            sentinel.command("SENTINEL", "REMOVE", "main");
            monitor(sentinel, standby);
            master.kill();

            RedisReplica.until(() -> replica.write("key", 1, "value"));
            assertThat(standby.command("GET", "apikit1-test:{key}")).endsWith(" value");
            replica.awaitHeard("missed");
        }
    }

    private static void monitor(RedisServer sentinel, RedisServer master) {
        sentinel.command("SENTINEL", "MONITOR", "main", "127.0.0.1", String.valueOf(master.port()), "1");
    }

    @Test
    void clusterHasKeysOnAllNodesAndMessagesFromAll() {
        var nodes = List.of(node(), node());
        nodes.get(0)
                .command(
                        "CLUSTER",
                        "MEET",
                        "127.0.0.1",
                        String.valueOf(nodes.get(1).port()));
        addSlots(nodes.get(0), 0, 8192);
        addSlots(nodes.get(1), 8192, 16384);
        for (var node : nodes) {
            RedisReplica.until(() -> node.command("CLUSTER", "INFO").contains("cluster_state:ok"));
        }
        var url = "redis-cluster://";
        try (var one = RedisReplica.at(url + nodes.get(0).host()).connected();
                var other = RedisReplica.at(url + nodes.get(1).host()).connected()) {
            RedisReplica.until(() -> {
                one.space().send(new byte[] {'1'});
                return other.hasHeard("received 1");
            });
            for (int i = 0; i < 20; i++) {
                assertThat(one.space().lease("key" + i, 0, RedisReplica.LIFE).isTaken())
                        .isTrue();
                assertThat(one.write("key" + i, 1, "value")).isTrue();
                other.awaitHeard("changed key" + i);
                assertThat(other.read("key" + i)).contains("value");
                assertThat(other.space().take("bucket" + i, 1, 1, RedisReplica.LIFE))
                        .isZero();
                assertThat(one.space().take("bucket" + i, 1, 1, RedisReplica.LIFE))
                        .isPositive();
            }
            assertThat(one.space().alive(RedisReplica.LIFE).replicas()).isEqualTo(2);
            nodes.forEach(node -> assertThat(node.command("DBSIZE")).isNotEqualTo("0"));
            assertDeadNodeTakesNoOthersAlong(one, nodes.get(1));
        }
    }

    private static void assertDeadNodeTakesNoOthersAlong(RedisReplica replica, RedisServer node) {
        node.kill();
        RedisReplica.until(() -> IntStream.range(0, 20).anyMatch(i -> !isWritten(replica, i)));
        assertThat(IntStream.range(0, 20).filter(i -> isWritten(replica, i)).count())
                .as("keys of the other node")
                .isBetween(1L, 19L);

        node.restart();

        RedisReplica.until(() -> IntStream.range(0, 20).allMatch(i -> isWritten(replica, i)));
    }

    /** Each write has a number of its own, above those before. */
    private static boolean isWritten(RedisReplica replica, int key) {
        try {
            return replica.write("key" + key, System.nanoTime(), "value");
        } catch (RedisUnavailableException e) {
            return false;
        }
    }

    /** The nodes do not find out that one is dead: without most of them there would be no cluster. */
    private RedisServer node() {
        return start("--cluster-enabled", "yes", "--cluster-node-timeout", "60000");
    }

    private static void addSlots(RedisServer node, int from, int to) {
        var words = new ArrayList<>(List.of("CLUSTER", "ADDSLOTS"));
        IntStream.range(from, to).forEach(slot -> words.add(String.valueOf(slot)));
        node.command(words.toArray(String[]::new));
    }
}
