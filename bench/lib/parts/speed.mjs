// How fast Tollroute and its yardsticks answer, one load after the other, round after round.
import { SOLD, WORKED } from "../measure.mjs";
import { boughtToken, demandOf, paid, underpaid, unpaid, withToken } from "../requests.mjs";
import { flagsOf, startBareCamel, startPeer, startTollroute, stop } from "../servers.mjs";
import { compareInTurns } from "../turns.mjs";

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
  if (wanted("limits")) {
    const [on, off] = ["Tollroute 402, limits on", "Tollroute 402"].map((of) => subjects.find(({ name }) => name === of));
    await compareInTurns(bench, report, "limits", on, off);
  }
  for (const other of new Set(others)) await stop(other);
}
