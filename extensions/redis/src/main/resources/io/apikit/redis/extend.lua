-- KEYS: lease. ARGV: number, length, how long an ended lease is known. Returns 1 if it was extended.
if latest(KEYS[1]) ~= ARGV[1] then
  return {0}
end
redis.call('SET', KEYS[1], ARGV[1] .. ' ' .. text(now() + ARGV[2]), 'PX', text(ARGV[2] + ARGV[3]))
return {1}
