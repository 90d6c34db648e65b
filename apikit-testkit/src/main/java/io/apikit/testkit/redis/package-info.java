/**
 * A real Redis or Valkey as a process. Start reading at {@link io.apikit.testkit.redis.RedisServer}.
 */
@NullMarked
package io.apikit.testkit.redis;

import org.jspecify.annotations.NullMarked;
