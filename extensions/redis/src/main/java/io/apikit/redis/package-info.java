/**
 * What the replicas of a service share of their logins, on Redis 6.2 or newer, or on Valkey.
 *
 * <p>Start reading at {@code RedisLoginStore}.
 */
@NullMarked
package io.apikit.redis;

import org.jspecify.annotations.NullMarked;
