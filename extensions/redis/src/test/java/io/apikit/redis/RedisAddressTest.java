package io.apikit.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedisAddressTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "redis://redis.example.org | redis.example.org:6379 | false | false",
                "rediss://:hidden@redis.example.org:6380/2 | redis.example.org:6380 | false | true",
                "REDIS://user:hid%40den@redis.example.org | redis.example.org:6379 | false | false",
                "redis://user:hidden@my_redis:6380 | my_redis:6380 | false | false",
                "redis-sentinel://user:hidden@a,b:26380/0#main | a:26379, b:26380 | false | false",
                "rediss-sentinel://user:hidden@a,b:26380/0#main | a:26379, b:26380 | false | true",
                "redis-cluster://user:hidden@a:7000,b:7001 | a:7000, b:7001 | true | false",
                "rediss-cluster://user:hid%2Fden@a,b?timeout=9s | a:6379, b:6379 | true | true",
            })
    void urlIsReadAndShownWithoutItsSecrets(String url, String shown, boolean isCluster, boolean hasTls) {
        var address = RedisAddress.parse(url);

        assertThat(address).hasToString(shown);
        assertThat(address.isCluster()).isEqualTo(isCluster);
        assertThat(address.hasTls()).isEqualTo(hasTls);
        try (var store = RedisLoginStore.at(url)) {
            assertThat(store).hasToString("RedisLoginStore[" + shown + "]");
        }
    }

    @Test
    void nodesOfAClusterHaveTheSameUser() {
        var address = RedisAddress.parse("redis-cluster://me:p%40ss@a,b:7001");

        for (var server : address.servers()) {
            var credentials = Objects.requireNonNull(
                    server.getCredentialsProvider().resolveCredentials().block());
            assertThat(credentials.getUsername()).isEqualTo("me");
            assertThat(credentials.getPassword()).isEqualTo("p@ss".toCharArray());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "hidden",
                "http://user:hidden@host",
                "redis-socket:///hidden",
                "redis://",
                "redis://user:hid den@host",
                "redis://user:hid%zzden@host",
                "redis://user:hidden@host:port",
                "redis-sentinel://user:hidden@host",
                "redis-cluster://user:hidden@",
                "redis-cluster://user:hidden@a,,b",
            })
    void badUrlIsRefusedWithoutItsSecrets(String url) {
        assertThatThrownBy(() -> RedisLoginStore.at(url))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("a store's URL")
                .hasMessageContaining("redis://")
                .hasMessageNotContaining("hid")
                .hasNoCause();
    }

    @Test
    void trustedCertificatesNeedAFileAndTls(@TempDir Path folder) throws Exception {
        var empty = Files.writeString(folder.resolve("empty.pem"), "");
        var broken = Files.writeString(folder.resolve("broken.pem"), "-----BEGIN CERTIFICATE-----\nx\n");
        var missing = folder.resolve("missing.pem");

        for (var file : new Path[] {empty, broken, missing}) {
            assertThatThrownBy(() -> RedisLoginStore.builder("rediss://host").trusting(file))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(file.toString());
        }
        assertThatThrownBy(() -> RedisLoginStore.builder("redis://host").trusting(empty))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("rediss://");
    }
}
