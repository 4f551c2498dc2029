import { readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { GENERATOR, load } from "./load.mjs";
import { Report } from "./report.mjs";
import { paid, underpaid, unpaid } from "./requests.mjs";
import { residentMegabytes, startExpress, startHello, startStandIns, startTollroute, stop } from "./servers.mjs";

const USAGE = `Usage: bench/run [options]
  --quick             short rounds, for a first look (the targets are meant for a full run)
  --rounds N          rounds of measurement (default 7, quick 3)
  --seconds N         length of one measurement (default 4, quick 2)
  --connections N     connections of the load generator (default 16)
  --tollroute FILE    launcher to measure (default the one of this checkout)
  --write             put the numbers into docs/performance.md
  --report-only       print, and exit 0 although a target is missed
Exit status: 0 targets met, 1 a target missed, 2 something answered wrongly or did not start.`;

const { values } = parseArgs({
  options: {
    quick: { type: "boolean" },
    "report-only": { type: "boolean" },
    rounds: { type: "string" },
    seconds: { type: "string" },
    connections: { type: "string" },
    tollroute: { type: "string" },
    write: { type: "boolean" },
    help: { type: "boolean" },
  },
});
if (values.help) {
  console.log(USAGE);
  process.exit(0);
}
const settings = {
  rounds: Number(values.rounds ?? (values.quick ? 3 : 7)),
  seconds: Number(values.seconds ?? (values.quick ? 2 : 4)),
  warmUps: values.quick ? 6 : 15,
  connections: Number(values.connections ?? 16),
  starts: values.quick ? 3 : 5,
  launcher: resolve(values.tollroute ?? fileURLToPath(new URL("../../tollroute", import.meta.url))),
};

const say = (text) => console.error(text);
const report = new Report();

async function main() {
  const { launcher, ...shown } = settings;
  const setting = `${cpus().length} cores (${cpus()[0].model}), Node ${process.versions.node}, load by ${GENERATOR}, ${JSON.stringify(shown)}`;
  say(setting);
  const standIns = await startStandIns();
  const tollroute = await measureStarts(launcher, standIns);
  const hello = await startHello(tollroute);
  const express = await startExpress(standIns);

  const ours = await demandOf(tollroute.port);
  const theirs = await demandOf(express.port);
  const loads = {
    "Tollroute 402": { status: 402, request: () => unpaid(tollroute.port) },
    "Camel hello": { status: 200, request: () => unpaid(hello.port, "/hello") },
    "@x402/express 402": { status: 402, request: () => unpaid(express.port) },
    "Tollroute refused": { status: 402, request: () => underpaid(tollroute.port, ours) },
    "Tollroute paid": { status: 200, money: true, request: () => paid(tollroute.port, ours) },
    "@x402/express paid": { status: 200, money: true, request: () => paid(express.port, theirs) },
  };
  for (const [name, subject] of Object.entries(loads)) await warmUp(name, subject, standIns);
  for (let round = 1; round <= settings.rounds; round++) {
    for (const [name, subject] of Object.entries(loads)) {
      report.add(name, await measure(name, subject, standIns));
    }
    say(`round ${round}: ${report.lastRound()}`);
  }
  report.resident = await measureMemory(tollroute, loads["Tollroute paid"], standIns);

  console.log(report.text());
  if (values.write) write(`${new Date().toISOString().slice(0, 10)}, ${setting}\n\n${report.text()}`);
  return report.missed() && !values["report-only"] ? 1 : 0;
}

async function measureStarts(launcher, standIns) {
  // Not timed: it may build, and it brings the files into the page cache
  await stop(await startTollroute(launcher, standIns));
  for (let i = 1; ; i++) {
    const tollroute = await startTollroute(launcher, standIns);
    report.starts.push(tollroute.readyMillis);
    if (i === settings.starts) {
      say(`ready after ${report.starts.map(Math.round).join(", ")} ms`);
      return tollroute;
    }
    await stop(tollroute);
  }
}

async function demandOf(port) {
  const { path, headers, body } = unpaid(port);
  const response = await fetch(`http://127.0.0.1:${port}${path}`, { method: "POST", headers, body });
  return JSON.parse(Buffer.from(response.headers.get("payment-required"), "base64"));
}

/**
 * Goes on until the speed grows no more, for a JVM needs tens of seconds to compile a long path. Meanwhile looks at the
 * status of every answer, and learns how large a right answer is.
 */
async function warmUp(name, subject, standIns) {
  const rates = [];
  const grew = () => Math.max(...rates.slice(-2)) > 1.05 * Math.max(...rates.slice(0, -2));
  do {
    const result = await send(subject, standIns, { seconds: 4, statuses: true });
    expectOnly(name, subject.status, result);
    subject.size = result.size;
    rates.push(result.rate);
  } while (rates.length < settings.warmUps && (rates.length < 4 || grew()));
  say(`warm: ${name} ${rates.map(Math.round).join(", ")} answers/s of ${Math.round(subject.size)} bytes`);
}

async function measure(name, subject, standIns) {
  const result = await send(subject, standIns, { seconds: settings.seconds, statuses: subject.money });
  if (subject.money) {
    expectOnly(name, subject.status, result);
  } else {
    // Counting statuses would slow the generator where thousands are answered; a wrong answer has another size
    const refused = subject.status < 400 ? 0 : result.requests;
    const allowed = subject.size * (settings.connections + 1) + 0.002 * result.bytes;
    const strange = Math.abs(result.bytes - result.requests * subject.size) > allowed;
    if (result.failed || result.refused !== refused || strange) wrong(name, result);
  }
  return result;
}

function expectOnly(name, status, result) {
  if (result.failed || !result.requests || result.statuses[status] !== result.requests) wrong(name, result);
}

/** Beside sending: a paid answer must have been verified, worked and settled once each, any other not at all. */
async function send(subject, standIns, options) {
  const before = await quiet(standIns);
  const { connections } = { ...settings, ...options };
  const result = await load(subject.request(), { connections, ...options });
  const after = await quiet(standIns);
  const [least, most] = subject.money ? [result.requests, result.requests + connections] : [0, 0];
  for (const step of ["verified", "worked", "settled"]) {
    const count = after[step] - before[step];
    if (count < least || count > most) throw new Error(`${result.requests} answers, but ${count} ${step}`);
  }
  return result;
}

async function quiet(standIns) {
  for (let last = await standIns.counts(); ; ) {
    await sleep(300);
    const now = await standIns.counts();
    if (JSON.stringify(now) === JSON.stringify(last)) return now;
    last = now;
  }
}

async function measureMemory(tollroute, subject, standIns) {
  const connections = 64;
  const samples = [];
  await standIns.delay(500);
  const sampling = setInterval(() => samples.push(residentMegabytes(tollroute.pid)), 200);
  const result = await send(subject, standIns, { connections, seconds: values.quick ? 4 : 10, statuses: true });
  clearInterval(sampling);
  expectOnly("64 paid calls in flight", subject.status, result);
  const { mostWorking } = await standIns.counts();
  await standIns.delay(0);
  if (mostWorking < 0.9 * connections) throw new Error(`Only ${mostWorking} of ${connections} calls were in flight`);
  return samples;
}

function write(text) {
  const file = new URL("../../docs/performance.md", import.meta.url);
  const page = readFileSync(file, "utf8");
  const numbers = /(<!-- bench: begin[^]*?-->)[^]*(<!-- bench: end[^]*?-->)/;
  writeFileSync(file, page.replace(numbers, (_, begin, end) => `${begin}\n${text}\n${end}`));
}

function wrong(name, result) {
  throw new Error(`${name} answered wrongly: ${JSON.stringify(result)}`);
}

main().then(
  (status) => process.exit(status),
  (error) => {
    say(error.message);
    process.exit(2);
  },
);
