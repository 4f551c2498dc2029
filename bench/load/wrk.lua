-- Sends the request in BENCH_REQUEST over and over; where it says @NONCE@, the base64 of a fresh random
-- EIP-3009 nonce goes in. With BENCH_STATUS set every answer's status is counted, which costs wrk some speed.
-- With BENCH_PACE set a connection waits after each answer, that many milliseconds on the average.
local HEX = "0123456789abcdef"
local BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

local function encode(a, b, c)
  local n = a * 65536 + b * 256 + c
  local text = ""
  for _ = 1, 4 do
    local digit = n % 64
    text = BASE64:sub(digit + 1, digit + 1) .. text
    n = (n - digit) / 64
  end
  return text
end

-- "0x" and 64 digits are 22 groups of three: one table look-up makes each
local first, group = {}, {}
for i = 1, 16 do
  first[i] = encode(48, 120, HEX:byte(i))
  for j = 1, 16 do
    for k = 1, 16 do
      group[#group + 1] = encode(HEX:byte(i), HEX:byte(j), HEX:byte(k))
    end
  end
end

local random, concat, parts = math.random, table.concat, {}
local function nonce()
  parts[1] = first[random(16)]
  for i = 2, 22 do
    parts[i] = group[random(4096)]
  end
  return concat(parts, "", 1, 22)
end

local file = assert(io.open(os.getenv("BENCH_REQUEST"), "rb"))
local head, tail = file:read("*a"):match("^(.-)@NONCE@(.*)$")
file:seek("set")
local constant = not head and file:read("*a")
file:close()

math.randomseed(tonumber(os.getenv("BENCH_SEED")))

function request()
  return constant or head .. nonce() .. tail
end

if os.getenv("BENCH_STATUS") then
  statuses = {}
  function response(status)
    statuses[status] = (statuses[status] or 0) + 1
  end
end

local pace = tonumber(os.getenv("BENCH_PACE"))
if pace then
  function delay()
    return random(0, 2 * pace)
  end
end

local threads = {}
function setup(thread)
  threads[#threads + 1] = thread
end

function done(summary, latency)
  local counted = "null"
  if os.getenv("BENCH_STATUS") then
    local pairs_ = {}
    for status, count in pairs(threads[1]:get("statuses")) do
      pairs_[#pairs_ + 1] = ('"%d":%d'):format(status, count)
    end
    counted = "{" .. concat(pairs_, ",") .. "}"
  end
  local errors = summary.errors
  io.stdout:write(('\nRESULT {"seconds":%f,"requests":%d,"bytes":%d,"failed":%d,"refused":%d,"p50":%f,"p99":%f,"statuses":%s}\n'):format(
    summary.duration / 1e6, summary.requests, summary.bytes,
    errors.connect + errors.read + errors.write + errors.timeout, errors.status,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000, counted))
end
