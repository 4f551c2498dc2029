// The stand-in for wrk: same request file (as JSON), same RESULT line. Arguments: connections, seconds.
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import autocannon from "autocannon";

const [connections, duration] = process.argv.slice(2).map(Number);
const { port, path, headers, body } = JSON.parse(readFileSync(process.env.BENCH_REQUEST));
const pace = Number(process.env.BENCH_PACE ?? 0);
const NONCE = "@NONCE@";
const [name, open] = Object.entries(headers).find(([, value]) => value.includes(NONCE)) ?? ["", ""];
const [head, tail] = open.split(NONCE);

function freshRequest(request) {
  const nonce = Buffer.from(`0x${randomBytes(32).toString("hex")}`).toString("base64");
  return { ...request, headers: { ...headers, [name]: head + nonce + tail } };
}

const result = await autocannon({
  url: `http://127.0.0.1:${port}`,
  connections,
  duration,
  ...(pace && { overallRate: Math.round((connections * 1000) / pace) }),
  requests: [{ method: "POST", path, headers, body, ...(name && { setupRequest: freshRequest }) }],
});
const statuses = Object.fromEntries(Object.entries(result.statusCodeStats).map(([status, { count }]) => [status, count]));
const requests = Object.values(statuses).reduce((sum, count) => sum + count, 0);
console.log(
  `RESULT ${JSON.stringify({
    seconds: result.duration,
    requests,
    bytes: result.throughput.total,
    failed: result.errors,
    refused: result["4xx"] + result["5xx"],
    p50: result.latency.p50,
    p99: result.latency.p99,
    statuses,
  })}`,
);
