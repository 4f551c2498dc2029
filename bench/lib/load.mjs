// Sends one request as often as it can be answered: with wrk, or with autocannon where wrk is missing.
import { spawn, spawnSync } from "node:child_process";
import { randomInt } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const path = (name) => fileURLToPath(new URL(`../${name}`, import.meta.url));
let sent = 0;
export const GENERATOR = spawnSync("wrk", ["-v"]).error ? "autocannon" : "wrk";

/** With `pace`, a connection waits after each answer: that many milliseconds on the average. */
export async function load(request, { connections, seconds, statuses = false, pace }) {
  mkdirSync(path("target"), { recursive: true });
  // several may be sent at once
  const file = path(`target/request-${++sent % 8}`);
  writeFileSync(file, GENERATOR === "wrk" ? raw(request) : JSON.stringify(request));
  const env = { ...process.env, BENCH_REQUEST: file, BENCH_SEED: String(randomInt(2 ** 31)) };
  if (statuses) env.BENCH_STATUS = "1";
  if (pace) env.BENCH_PACE = String(pace);
  const command =
    GENERATOR === "wrk"
      ? ["wrk", "-t1", `-c${connections}`, `-d${seconds}s`, "--timeout", "10s"]
          .concat("-s", path("load/wrk.lua"), `http://127.0.0.1:${request.port}`)
      : [process.execPath, path("load/autocannon.mjs"), String(connections), String(seconds)];
  const result = JSON.parse((await output(command, env)).match(/^RESULT (.*)$/m)[1]);
  return { ...result, rate: result.requests / result.seconds, size: result.bytes / result.requests };
}

function raw({ port, path, headers, body }) {
  const lines = [`POST ${path} HTTP/1.1`, `Host: 127.0.0.1:${port}`];
  for (const [name, value] of Object.entries(headers)) lines.push(`${name}: ${value}`);
  lines.push(`Content-Length: ${Buffer.byteLength(body)}`, "", body);
  return lines.join("\r\n");
}

function output([program, ...args], env) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env, stdio: ["ignore", "pipe", "inherit"] });
    let text = "";
    child.stdout.on("data", (chunk) => (text += chunk));
    child.on("error", reject);
    child.on("close", (code) => (code === 0 ? resolve(text) : reject(new Error(`${program} ended with ${code}: ${text}`))));
  });
}
