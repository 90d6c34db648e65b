-- Goes in front of each script. Numbers may have 19 digits, which is more than a double holds: they stay texts, and are
-- compared at one length.
local function wide(digits)
  return string.rep('0', 19 - #digits) .. digits
end

local function greater(one, other)
  return wide(one) > wide(other)
end

local function following(digits)
  local text = wide(digits)
  local high = tonumber(string.sub(text, 1, 10))
  local low = tonumber(string.sub(text, 11)) + 1
  if low == 1000000000 then
    high = high + 1
    low = 0
  end
  return (string.gsub(string.format('%010.0f%09.0f', high, low), '^0+(%d)', '%1'))
end

local function text(number)
  return string.format('%.0f', number)
end

-- Milliseconds by the clock of the server.
local function now()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

-- Of the record: its format, number and change; nothing if there is no record. The value behind them is not read.
local function head(key)
  local format, number, change = string.match(redis.call('GETRANGE', key, 0, 79), '^(%d+) (%d+) (%d+) %d+ ')
  return format, number, change
end

-- Of the latest lease: its number, and when it ends; nothing if there has been none in the last day.
local function latest(key)
  local number, ends = string.match(redis.call('GET', key) or '', '^(%d+) (%d+)$')
  return number, tonumber(ends)
end
