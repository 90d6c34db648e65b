-- wrk ... URL -- FILE: each line of FILE is the Authorization of a caller; they take turns. Says at the end what was measured.
local requests = {}
local turn = 0

function init(args)
  for authorization in io.lines(args[1]) do
    requests[#requests + 1] = wrk.format("GET", nil, { ["Authorization"] = authorization, ["Host"] = wrk.headers["Host"] })
  end
end

function request()
  turn = turn % #requests + 1
  return requests[turn]
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format("requests=%d micros=%d p50=%d p99=%d errors=%d statuses=%d\n",
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    errors.connect + errors.read + errors.write + errors.timeout, errors.status))
end
