-- KEYS: record, lease. ARGV: above, length, how long an ended lease is known.
-- Returns the number of the lease, or 0, and how long it lasts.
local time = now()
local number, ends = latest(KEYS[2])
if ends and ends > time then
  return {'0', text(ends - time)}
end
local known = ARGV[1]
if number and greater(number, known) then
  known = number
end
local _, written = head(KEYS[1])
if written and greater(written, known) then
  known = written
end
local taken = following(known)
redis.call('SET', KEYS[2], taken .. ' ' .. text(time + ARGV[2]), 'PX', text(ARGV[2] + ARGV[3]))
return {taken, ARGV[2]}
