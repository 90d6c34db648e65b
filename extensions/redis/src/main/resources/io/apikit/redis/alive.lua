-- KEYS: the replicas of a space. ARGV: the replica, its life.
-- Returns whether it was known, how many there are, and the time in microseconds.
local time = redis.call('TIME')
local millis = now()
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', text(millis))
-- One that would be alive for long was written by another clock, or by somebody else.
redis.call('ZREMRANGEBYSCORE', KEYS[1], text(millis + math.max(10 * ARGV[2], 600000)), '+inf')
local known = redis.call('ZSCORE', KEYS[1], ARGV[1])
redis.call('ZADD', KEYS[1], text(millis + ARGV[2]), ARGV[1])
local last = redis.call('ZREVRANGE', KEYS[1], 0, 0, 'WITHSCORES')
redis.call('PEXPIREAT', KEYS[1], text(last[2]))
return {known and 1 or 0, redis.call('ZCARD', KEYS[1]), text(time[1] * 1000000 + time[2])}
