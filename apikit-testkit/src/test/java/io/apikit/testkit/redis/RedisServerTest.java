package io.apikit.testkit.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.UncheckedIOException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class RedisServerTest {
    @BeforeAll
    static void aServerIsInstalled() {
        assumeTrue(RedisServer.isInstalled(), RedisServer.MISSING);
    }

    @Test
    void restartsEmptyOnTheSamePort() {
        try (var redis = RedisServer.start("--maxmemory", "5mb")) {
            redis.command("SET", "key", "wert ä");
            assertThat(redis.command("GET", "key")).isEqualTo("wert ä");
            assertThat(redis.command("CONFIG", "GET", "maxmemory")).isEqualTo("maxmemory\n5242880");

            redis.pause();
            redis.resume();
            redis.restart();
            assertThat(redis.command("GET", "key")).isEmpty();
        }
    }

    @Test
    void errorOfTheServerIsThrown() {
        var redis = RedisServer.start();
        try (redis) {
            assertThatThrownBy(() -> redis.command("GET")).hasMessageContaining("wrong number of arguments");
        }
        assertThatThrownBy(() -> redis.command("PING")).isInstanceOf(UncheckedIOException.class);
    }
}
