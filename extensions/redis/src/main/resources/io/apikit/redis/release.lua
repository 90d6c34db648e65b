-- KEYS: lease. ARGV: number, how long an ended lease is known, channel, message. Returns 1 if it was the latest.
if latest(KEYS[1]) ~= ARGV[1] then
  return {0}
end
-- First, so that a user who may not publish changes nothing.
redis.call('PUBLISH', ARGV[3], ARGV[4])
redis.call('SET', KEYS[1], ARGV[1] .. ' 0', 'PX', ARGV[2])
return {1}
