package io.apikit.redis;

import io.apikit.testkit.redis.RedisServer;

/** The oldest Redis that is supported, where the environment names its program. */
class OldRedisContractTest extends RedisLoginStoreContractTest {
    @Override
    RedisServer start() {
        var program = System.getenv("APIKIT_REDIS_62");
        RedisReplica.assumeProgram(program != null, "skipped: APIKIT_REDIS_62 does not name a redis-server 6.2");
        return RedisServer.startProgram(program);
    }
}
