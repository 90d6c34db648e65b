-- KEYS: the replicas of a space, so that its server is asked. Returns the time in microseconds.
local time = redis.call('TIME')
return {text(time[1] * 1000000 + time[2])}
