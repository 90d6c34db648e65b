-- KEYS: lease. ARGV: number, length, how long an ended lease is known. Returns 1 if it was extended.
local number, ends = latest(KEYS[1])
-- An end of 0 is that of a lease that its holder has ended. It must not begin again.
if number ~= ARGV[1] or ends == 0 then
  return {0}
end
redis.call('SET', KEYS[1], ARGV[1] .. ' ' .. text(now() + ARGV[2]), 'PX', text(ARGV[2] + ARGV[3]))
return {1}
