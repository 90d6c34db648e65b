-- KEYS: the replicas of a space. ARGV: the replica.
return {redis.call('ZREM', KEYS[1], ARGV[1])}
