package io.apikit.redis;

import io.apikit.auth.LoginStore;
import io.apikit.auth.contract.LoginStoreContract;
import io.apikit.testkit.redis.RedisServer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;

class RedisLoginStoreContractTest extends LoginStoreContract {
    private @Nullable RedisServer redis;

    /** Starts the server, or skips the test. */
    RedisServer start() {
        RedisReplica.assumeAServer();
        return RedisServer.start();
    }

    @Override
    protected LoginStore open() {
        var running = redis == null ? start() : redis;
        redis = running;
        // This is about what it does, and not about how fast a busy machine is.
        return RedisLoginStore.builder(running.url())
                .commandLimit(Duration.ofSeconds(10))
                .build();
    }

    @AfterAll
    void stop() {
        if (redis != null) {
            redis.close();
        }
    }
}
