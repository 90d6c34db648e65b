package io.apikit.redis;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.apikit.auth.LoginStore;
import io.apikit.auth.contract.LoginStoreContract;
import io.apikit.testkit.redis.RedisServer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;

class RedisLoginStoreContractTest extends LoginStoreContract {
    private @Nullable RedisServer redis;

    @Override
    protected LoginStore open() {
        assumeTrue(RedisServer.isInstalled(), RedisServer.MISSING);
        if (redis == null) {
            redis = RedisServer.start();
        }
        // This is about what it does, and not about how fast a busy machine is.
        return RedisLoginStore.builder(redis.url()).commandLimit(Duration.ofSeconds(10)).build();
    }

    @AfterAll
    void stop() {
        if (redis != null) {
            redis.close();
        }
    }
}
