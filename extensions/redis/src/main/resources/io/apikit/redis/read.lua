-- KEYS: record. Returns the time and the record.
local record = redis.call('GET', KEYS[1])
if not record then
  return {}
end
return {text(now()), record}
