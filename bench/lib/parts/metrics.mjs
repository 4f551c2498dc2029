// What counting costs the 402, of which most is asked by callers who never pay.
import { unpaid } from "../requests.mjs";
import { startTollroute, stop } from "../servers.mjs";
import { compareInTurns } from "../turns.mjs";

/** Measures a Tollroute as shipped beside one with tollroute.metrics=off. */
export async function measureMetrics(bench, report) {
  const { standIns, settings } = bench;
  const counting = await startTollroute(settings.launcher, standIns, { TOLLROUTE_METRICS: "on" });
  const silent = await startTollroute(settings.launcher, standIns, { TOLLROUTE_METRICS: "off" });
  const on = { name: "Tollroute 402, metrics on", status: 402, request: () => unpaid(counting.port) };
  const off = { name: "Tollroute 402, metrics off", status: 402, request: () => unpaid(silent.port) };
  for (const subject of [on, off]) await bench.warmUp(subject);
  await compareInTurns(bench, report, "metrics", on, off);
  for (const server of [counting, silent]) await stop(server);
}
