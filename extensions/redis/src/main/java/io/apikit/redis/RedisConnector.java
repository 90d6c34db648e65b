package io.apikit.redis;

import io.github.bucket4j.redis.lettuce.Bucket4jLettuce;
import io.github.bucket4j.redis.lettuce.cas.LettuceBasedProxyManager;
import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.lettuce.core.MaintNotificationsConfig;
import io.lettuce.core.RedisClient;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SslOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.api.async.RedisScriptingAsyncCommands;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.ClusterTopologyRefreshOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode.NodeFlag;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.resource.ClientResources;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** Opens connections to one server, to the master that sentinels name, or to a cluster. */
sealed interface RedisConnector {
    RedisCodec<String, byte[]> CODEC = RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE);

    /** For the connection itself; the greeting comes on top. */
    Duration CONNECT = Duration.ofSeconds(2);

    /** More commands than this never wait for one connection: those that are too many fail at once. */
    int MOST_COMMANDS = 10_000;

    /** How often a cluster is asked for its nodes while nothing fails. */
    Duration NODES_READ_AGAIN = Duration.ofSeconds(60);

    /** A connection for commands, with the two libraries' views of it. */
    record Commands(
            StatefulConnection<String, byte[]> connection,
            RedisScriptingAsyncCommands<String, byte[]> scripts,
            LettuceBasedProxyManager<String> buckets) {}

    CompletionStage<Commands> open();

    CompletionStage<StatefulRedisPubSubConnection<String, byte[]>> openMessages();

    AbstractRedisClient client();

    static RedisConnector to(RedisAddress address, ClientResources resources, @Nullable TrustManagerFactory trusted) {
        if (address.isCluster()) {
            var client = RedisClusterClient.create(resources, address.servers());
            client.setOptions(clusterOptions(trusted));
            return new ToCluster(client);
        }
        var client = RedisClient.create(resources, address.servers().get(0));
        client.setOptions(common(ClientOptions.builder(), trusted).build());
        return new ToServer(client, address);
    }

    private static ClusterClientOptions clusterOptions(@Nullable TrustManagerFactory trusted) {
        var builder = ClusterClientOptions.builder();
        common(builder, trusted);
        return builder.topologyRefreshOptions(ClusterTopologyRefreshOptions.builder()
                        .enablePeriodicRefresh(NODES_READ_AGAIN)
                        .build())
                .build();
    }

    /** Nothing is kept for later: a command without a connection fails, and one whose connection broke is not repeated. */
    private static ClientOptions.Builder common(ClientOptions.Builder builder, @Nullable TrustManagerFactory trusted) {
        var tls = SslOptions.builder().jdkSslProvider().handshakeTimeout(CONNECT);
        if (trusted != null) {
            tls.trustManager(trusted);
        }
        return builder.autoReconnect(true)
                .disconnectedBehavior(DisconnectedBehavior.REJECT_COMMANDS)
                .replayFilter(command -> true)
                .requestQueueSize(MOST_COMMANDS)
                .maintNotificationsConfig(MaintNotificationsConfig.disabled())
                .socketOptions(SocketOptions.builder()
                        .connectTimeout(CONNECT)
                        .keepAlive(true)
                        .build())
                .timeoutOptions(TimeoutOptions.create())
                .sslOptions(tls.build());
    }

    /** One server, or what sentinels say is the master: they are asked again at each reconnect. */
    record ToServer(RedisClient client, RedisAddress address) implements RedisConnector {
        @Override
        public CompletionStage<Commands> open() {
            return client.connectAsync(CODEC, address.servers().get(0)).thenApply(connection -> {
                var buckets = Bucket4jLettuce.casBasedBuilder(connection).build();
                return new Commands(connection, connection.async(), buckets);
            });
        }

        @Override
        public CompletionStage<StatefulRedisPubSubConnection<String, byte[]>> openMessages() {
            return client.connectPubSubAsync(CODEC, address.servers().get(0));
        }
    }

    /**
     * A cluster: what it consists of is read first. The library below rejects the first command to a node, since it connects
     * to it then. So all nodes are connected to before. One that joins later may cost a command.
     */
    record ToCluster(RedisClusterClient client) implements RedisConnector {
        @Override
        public CompletionStage<Commands> open() {
            return client.refreshPartitionsAsync()
                    .thenCompose(read -> client.connectAsync(CODEC))
                    .thenCompose(ToCluster::connectToNodes)
                    .thenApply(connection -> {
                        var buckets =
                                Bucket4jLettuce.casBasedBuilder(connection).build();
                        return new Commands(connection, connection.async(), buckets);
                    });
        }

        /** A node that is down is left out: it is tried again with a command for it. */
        private static CompletionStage<StatefulRedisClusterConnection<String, byte[]>> connectToNodes(
                StatefulRedisClusterConnection<String, byte[]> connection) {
            var opened = connection.getPartitions().stream()
                    .filter(node -> node.is(NodeFlag.UPSTREAM))
                    .map(node -> connection
                            .getConnectionAsync(
                                    node.getUri().getHost(), node.getUri().getPort())
                            .exceptionally(e -> null))
                    .toArray(CompletableFuture<?>[]::new);
            return CompletableFuture.allOf(opened).thenApply(all -> connection);
        }

        @Override
        public CompletionStage<StatefulRedisPubSubConnection<String, byte[]>> openMessages() {
            return client.refreshPartitionsAsync()
                    .thenCompose(read -> client.connectPubSubAsync(CODEC))
                    .thenApply(connection -> connection);
        }
    }
}
