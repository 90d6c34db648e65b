-- KEYS: record, lease. ARGV: format, number, change, value, life, how long an ended lease is known, channel, message.
-- Returns 1 if it was written.
local leased = latest(KEYS[2])
if leased and greater(leased, ARGV[2]) then
  return {0}
end
local format, number, change = head(KEYS[1])
if format then
  local is_later = greater(ARGV[2], number) or (number == ARGV[2] and greater(ARGV[3], change))
  if greater(format, ARGV[1]) or not is_later then
    return {0}
  end
end
redis.call('PUBLISH', ARGV[7], ARGV[8])
local record = table.concat({ARGV[1], ARGV[2], ARGV[3], text(now()), ARGV[4]}, ' ')
redis.call('SET', KEYS[1], record, 'PX', ARGV[5])
redis.call('SET', KEYS[2], ARGV[2] .. ' 0', 'PX', ARGV[6])
return {1}
