package io.apikit.redis;

import io.lettuce.core.RedisURI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Where Redis is, as a URL says it. Immutable; {@code toString} has the hosts alone.
 *
 * @param servers with their users and passwords; the sentinels are within the only one
 * @param isCluster whether they are nodes of a Redis Cluster
 */
record RedisAddress(List<RedisURI> servers, boolean isCluster) {
    /** For what opens a connection: a greeting, a password, a question to a sentinel. */
    private static final Duration GREETING = Duration.ofSeconds(2);

    private static final String CLUSTER = "redis-cluster://";
    private static final String CLUSTER_WITH_TLS = "rediss-cluster://";
    private static final List<String> OF_LETTUCE =
            List.of("redis://", "rediss://", "redis-sentinel://", "rediss-sentinel://");
    private static final String SCHEMES =
            "redis://, rediss://, redis-sentinel://, rediss-sentinel://, redis-cluster:// or rediss-cluster://";

    /**
     * Reads a URL.
     *
     * @throws IllegalArgumentException if it is none; the text has nothing of the URL, which may contain a password
     */
    static RedisAddress parse(String url) {
        var lower = url.toLowerCase(Locale.ROOT);
        if (lower.startsWith(CLUSTER)) {
            return cluster("redis://", url.substring(CLUSTER.length()));
        }
        if (lower.startsWith(CLUSTER_WITH_TLS)) {
            return cluster("rediss://", url.substring(CLUSTER_WITH_TLS.length()));
        }
        if (OF_LETTUCE.stream().noneMatch(lower::startsWith)) {
            throw new IllegalArgumentException("a store's URL begins with " + SCHEMES);
        }
        int scheme = url.indexOf(':');
        return new RedisAddress(List.of(server(lower.substring(0, scheme) + url.substring(scheme))), false);
    }

    /** The user, the password and the parameters are those of all nodes. */
    private static RedisAddress cluster(String scheme, String rest) {
        var hosts = rest.lastIndexOf('@') + 1;
        var end = Stream.of('/', '?')
                .map(mark -> rest.indexOf(mark, hosts))
                .filter(index -> index >= 0)
                .min(Integer::compare)
                .orElse(rest.length());
        var servers = Stream.of(rest.substring(hosts, end).split(","))
                .map(host -> server(scheme + rest.substring(0, hosts) + host.strip() + rest.substring(end)))
                .toList();
        return new RedisAddress(servers, true);
    }

    private static RedisURI server(String url) {
        try {
            var server = RedisURI.create(url);
            server.setTimeout(GREETING);
            server.getSentinels().forEach(sentinel -> sentinel.setTimeout(GREETING));
            if (server.getSentinels().isEmpty()) {
                separatePort(server);
            }
            return server;
        } catch (RuntimeException ignored) {
            // Its text repeats the URL.
            throw new IllegalArgumentException(
                    "a store's URL cannot be read: it is"
                            + " redis://user:password@host:port, a password in percent-encoding; a sentinel's ends with #master-name");
        }
    }

    /** A host with an underscore, as Docker's names may have one, is no host of a URI: its port is still part of it. */
    private static void separatePort(RedisURI server) {
        var host = server.getHost();
        int colon = host.indexOf(':');
        if (colon >= 0 && !host.startsWith("[")) {
            server.setHost(host.substring(0, colon));
            server.setPort(Integer.parseInt(host.substring(colon + 1)));
        }
        if (server.getHost().isEmpty()) {
            throw new IllegalArgumentException("no host");
        }
    }

    /** Sets the user and the password of all servers, in place of those of the URL. */
    void authenticate(String user, String password) {
        servers.forEach(server -> server.setAuthentication(user, password.toCharArray()));
    }

    boolean hasTls() {
        return servers.get(0).isSsl() || servers.get(0).getSentinels().stream().anyMatch(RedisURI::isSsl);
    }

    @Override
    public String toString() {
        return servers.stream()
                .flatMap(server -> server.getSentinels().isEmpty() ? Stream.of(server) : server.getSentinels().stream())
                .map(server -> server.getHost() + ":" + server.getPort())
                .collect(Collectors.joining(", "));
    }
}
