package io.apikit.redis;

import io.apikit.testkit.redis.RedisServer;

/** Valkey, where the environment names its program. */
class ValkeyContractTest extends RedisLoginStoreContractTest {
    @Override
    RedisServer start() {
        var program = System.getenv("APIKIT_VALKEY");
        RedisReplica.assumeProgram(program != null, "skipped: APIKIT_VALKEY does not name a valkey-server");
        return RedisServer.startProgram(program);
    }
}
