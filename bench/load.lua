-- Load for wrk: sends the requests in the file REQUESTS (see dataset.py) one after another, each after
-- DELAY_MS. A line of the file is the sender's country, a space, and the body.
local delay_ms = tonumber(os.getenv("DELAY_MS") or "0")
local requests, at = {}, 0

function init(args)
    local headers = {["Content-Type"] = "application/json", ["Host"] = wrk.headers["Host"]}
    for line in io.lines(os.getenv("REQUESTS")) do
        headers["CF-IPCountry"] = line:sub(1, 2)
        requests[#requests + 1] = wrk.format("POST", nil, headers, line:sub(4))
    end
end

function request()
    at = at % #requests + 1
    return requests[at]
end

if delay_ms > 0 then
    function delay()
        return delay_ms
    end
end

function done(summary, latency)
    local errors = summary.errors
    io.write(string.format(
        '\nRESULT {"requests":%d,"seconds":%.6f,"p50_ms":%.3f,"p99_ms":%.3f,"errors":%d}\n',
        summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3,
        latency:percentile(99) / 1e3,
        errors.status + errors.connect + errors.read + errors.write + errors.timeout))
end
