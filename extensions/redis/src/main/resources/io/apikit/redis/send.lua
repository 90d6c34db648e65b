-- KEYS: the replicas of a space, so that its server is asked. ARGV: channel, message.
return {redis.call('PUBLISH', ARGV[1], ARGV[2])}
