// How fast Tollroute and its yardsticks answer, one load after the other, round after round.
import { SOLD, WORKED } from "../measure.mjs";
import { boughtToken, demandOf, paid, underpaid, unpaid, withToken } from "../requests.mjs";
import { flagsOf, startBareCamel, startPeer, startTollroute, stop } from "../servers.mjs";

const TOKEN_CALLS = 1_000_000;
/**
 * Calls that wait for the disk wait together, so few of them leave the cores idle: as many as are let in at once, nearly. What
 * few of them do is measured too.
 */
const MANY = { connections: 128 };
/** High enough to be counted against without ever being reached. */
const HIGH_LIMITS = {
  TOLLROUTE_LIMITS: "on",
  TOLLROUTE_LIMITS_UNPAID_PER_SECOND: 1_000_000,
  TOLLROUTE_LIMITS_UNPAID_BURST: 1_000_000,
};

const LEAST_OF_UNLIMITED = 0.95;

/** Measures the loads of the wanted parts: speed, token and limits. */
export async function measureSpeed(bench, report, tollroute, wanted) {
  const { standIns, settings, say } = bench;
  const bare = await startBareCamel(flagsOf(tollroute), standIns);
  const others = [bare];
  const subjects = [];
  if (wanted("speed") || wanted("limits")) {
    subjects.push({ name: "Tollroute 402", status: 402, request: () => unpaid(tollroute.port) });
  }
  if (wanted("limits")) {
    const limited = await startTollroute(settings.launcher, standIns, HIGH_LIMITS);
    others.push(limited);
    subjects.push({ name: "Tollroute 402, limits on", status: 402, request: () => unpaid(limited.port) });
  }
  if (wanted("speed") || wanted("limits")) {
    subjects.push({ name: "Camel hello", status: 200, request: () => unpaid(bare.port, "/hello") });
  }
  if (wanted("speed")) {
    const express = await startPeer("express", standIns);
    const hono = await startPeer("hono", standIns);
    others.push(express, hono);
    const ours = await demandOf(unpaid(tollroute.port));
    const expressDemand = await demandOf(unpaid(express.port));
    const honoDemand = await demandOf(unpaid(hono.port));
    subjects.push(
      { name: "@x402/express 402", status: 402, request: () => unpaid(express.port) },
      { name: "@x402/hono 402", status: 402, request: () => unpaid(hono.port) },
      { name: "Tollroute refused", status: 402, request: () => underpaid(tollroute.port, ours) },
      { name: "Tollroute paid", status: 200, does: SOLD, request: () => paid(tollroute.port, ours) },
      { name: "@x402/express paid", status: 200, does: SOLD, request: () => paid(express.port, expressDemand) },
      { name: "@x402/hono paid", status: 200, does: SOLD, request: () => paid(hono.port, honoDemand) },
    );
  }
  if (wanted("token")) {
    // without hello in between, whose compiled code would be shared
    const relay = wanted("speed") || wanted("limits") ? await startBareCamel(flagsOf(tollroute), standIns) : bare;
    others.push(relay);
    const token = await boughtToken(tollroute.port, TOKEN_CALLS);
    const other = await boughtToken(tollroute.port, TOKEN_CALLS);
    const used = { status: 200, does: WORKED, request: () => withToken(tollroute.port, token) };
    const relayed = { status: 200, does: WORKED, request: () => unpaid(relay.port, "/relay") };
    subjects.push(
      { ...used, name: "Tollroute token", options: MANY },
      { ...relayed, name: "Camel relay", options: MANY },
      { ...used, name: "Tollroute token, few connections", request: () => withToken(tollroute.port, other) },
      { ...relayed, name: "Camel relay, few connections" },
    );
  }

  for (const subject of subjects) await bench.warmUp(subject, subject.options);
  for (let round = 1; round <= settings.rounds; round++) {
    for (const subject of subjects) report.add(subject.name, await bench.measure(subject, subject.options));
    say(`round ${round}: ${report.lastRound()}`);
  }
  report.ratios();
  if (wanted("limits")) await compareLimits(bench, report, subjects);
  for (const other of new Set(others)) await stop(other);
}

/**
 * So small a difference is lost among loads that are measured minutes apart: one after the other and back again, so that what
 * changes with time changes both alike.
 */
async function compareLimits(bench, report, subjects) {
  const [on, off] = ["Tollroute 402, limits on", "Tollroute 402"].map((of) => subjects.find(({ name }) => name === of));
  const options = { seconds: bench.settings.seconds / 2 };
  const ratios = [];
  for (let round = 1; round <= bench.settings.rounds; round++) {
    const rates = new Map([[on, 0], [off, 0]]);
    for (const subject of [off, on, on, off]) {
      rates.set(subject, rates.get(subject) + (await bench.measure(subject, options)).rate);
    }
    ratios.push(rates.get(on) / rates.get(off));
    bench.say(`round ${round}: limits on ${Math.round(rates.get(on) / 2)}/s, off ${Math.round(rates.get(off) / 2)}/s`);
  }
  report.row("Tollroute 402, limits on / limits off, in turns", ratios, { least: LEAST_OF_UNLIMITED });
}
